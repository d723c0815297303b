import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../src/core/index.js';
import { bytesOf, rejection, tarOf, zipOf } from './support.js';

describe('detectContainer tells what came instead of a checkpoint', () => {
  const others: [string, Uint8Array, RegExp][] = [
    ['HTML', bytesOf('\n<!DOCTYPE html><html>'), /got an HTML page. Download the file itself/],
    ['XML', bytesOf('<?xml version="1.0"?><Error>'), /got an XML or HTML document/],
    [
      'Git LFS',
      bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a'),
      /got a Git LFS pointer. Run git lfs pull/,
    ],
    ['JSON', bytesOf('{"a": 1}'), /got JSON text/],
    ['tfjs', bytesOf('{"format":"layers-model",\n"modelTopology":{}}'), /got a tfjs model.json. It is not supported/],
    [
      'tar',
      tarOf([{ name: 'photo.jpg', data: bytesOf('x') }]),
      /members storages, tensors and pickle of PyTorch 0.1.1, got a tar archive with none of them. If it holds a checkpoint, unpack/,
    ],
    ['HDF5', bytesOf(0x89, 'HDF\r\n', 0x1a, '\n'), /got an HDF5 file \(Keras .h5\)/],
    ['NumPy', bytesOf(0x93, 'NUMPY'), /got a NumPy .npy array/],
    ['npz', zipOf([{ name: 'arr_0.npy', data: bytesOf('x') }]), /got a NumPy .npz archive/],
    [
      'Keras',
      zipOf([
        { name: 'config.json', data: bytesOf('{}') },
        { name: 'model.weights.h5', data: bytesOf('x') },
      ]),
      /got a Keras archive/,
    ],
    [
      'TorchScript',
      zipOf([
        { name: 'm/data.pkl', data: bytesOf('N.') },
        { name: 'm/constants.pkl', data: bytesOf('N.') },
      ]),
      /got a TorchScript archive. In PyTorch, torch.save\(torch.jit.load\(file\).state_dict\(\), …\)/,
    ],
    ['TorchScript before 1.2', zipOf([{ name: 'm/model.json', data: bytesOf('{}') }]), /got a TorchScript archive/],
    [
      'torch.export',
      zipOf([{ name: 'm/archive_format', data: bytesOf('pt2') }]),
      /got a program of torch.export \(.pt2\). In PyTorch, torch.save\(torch.export.load\(file\).state_dict, …\)/,
    ],
    [
      'torch.export of PyTorch 2.15',
      zipOf([
        { name: 'm/models/model.json', data: bytesOf('{}') },
        { name: 'm/archive_format', data: bytesOf('pt2') },
      ]),
      /got a program of torch.export \(.pt2\). In PyTorch, torch.save\(torch.export.load\(file\).state_dict, …\)/,
    ],
    [
      'a zip of checkpoints',
      zipOf([
        { name: 'a/data.pkl', data: bytesOf('N.') },
        { name: 'b/data.pkl', data: bytesOf('N.') },
      ]),
      /got a zip archive with 2. Unpack it/,
    ],
    ['another zip', zipOf([{ name: 'model.pth', data: bytesOf('N.') }]), /got a zip archive of 1 files \(model.pth\)/],
    ['an empty zip', zipOf([]), /got (a zip archive of 0 files|an error)/],
    ['gzip', new Uint8Array(gzipSync('x')), /got a gzip file. Unpack it first/],
    ['ONNX', bytesOf(0x08, 0x07, 0x12, 7, 'pytorch'), /got an ONNX model/],
    ['GGUF', bytesOf('GGUF'), /got a GGUF file/],
    ['nothing', bytesOf(), /got an empty file. Download it again/],
    ['noise', bytesOf(1, 2, 3, 0xff), /got 4 bytes that start with 01 02 03 ff/],
    ['a plain pickle', bytesOf(0x80, 4, ']', '.'), /got a plain pickle of a list or tuple of 0/],
  ];
  for (const [what, bytes, message] of others) {
    it(what, async () => {
      const error = await rejection(readCheckpoint(bytes));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
      expect(error.message).to.not.include('\n');
    });
  }
});
