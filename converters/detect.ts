import { CheckpointError } from '../src/core/index.js';

/** The containers that can be read. */
export type Container = 'zip' | 'pickle' | 'tar' | 'safetensors';

/** How much of a file tells what it is: a tar names itself at byte 257. */
export const headLength = 1024;

const resave = 'Load it in Python and torch.save a dict of tensors';
const unpack = 'Unpack it first';

/** Files that come under a checkpoint's name and are none, by their first bytes. */
const others: readonly {
  readonly starts: readonly number[];
  readonly at?: number;
  readonly what: string;
  readonly fix: string;
}[] = [
  { starts: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], what: 'an HDF5 file (Keras .h5)', fix: resave },
  { starts: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], what: 'a NumPy .npy array', fix: resave },
  { starts: [0x47, 0x47, 0x55, 0x46], what: 'a GGUF file', fix: 'Get the safetensors or PyTorch file of the model' },
  {
    starts: [0x54, 0x46, 0x4c, 0x33],
    at: 4,
    what: 'a TensorFlow Lite model',
    fix: 'Get the PyTorch file of the model',
  },
  { starts: [0x1f, 0x8b], what: 'a gzip file', fix: unpack },
  { starts: [0x42, 0x5a, 0x68], what: 'a bzip2 file', fix: unpack },
  { starts: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'an xz file', fix: unpack },
  { starts: [0x28, 0xb5, 0x2f, 0xfd], what: 'a Zstandard file', fix: unpack },
  { starts: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive', fix: unpack },
  { starts: [0x52, 0x61, 0x72, 0x21], what: 'a RAR archive', fix: unpack },
];

const texts: readonly { readonly pattern: RegExp; readonly what: string; readonly fix: string }[] = [
  {
    pattern: /^version https:\/\/git-lfs\.github\.com\/spec/,
    what: 'a Git LFS pointer',
    fix: 'Run git lfs pull, or download the file itself',
  },
  {
    pattern: /^<(!doctype html|html|head|body)/i,
    what: 'an HTML page',
    fix: 'Download the file itself, not the page about it; the address of a web folder ends with a slash',
  },
  {
    pattern: /^<\?xml|^</,
    what: 'an XML or HTML document',
    fix: "Look inside: it is probably a server's error message",
  },
  {
    pattern: /^\{.*"(modelTopology|weightsManifest)"/s,
    what: 'a tfjs model.json',
    fix: 'It is not supported: give the PyTorch or safetensors file',
  },
  { pattern: /^[{[]/, what: 'JSON text', fix: 'Give the file with the weights, not the one that describes them' },
];

function startsWith(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return head.length >= at + bytes.length && bytes.every((byte, index) => head[at + index] === byte);
}

/** A header length of less than 4 GiB, then the JSON object that it counts. */
function isSafetensors(head: Uint8Array): boolean {
  if (!startsWith(head, [0, 0, 0, 0], 4)) return false;
  const first = head.subarray(8).find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return first === 0x7b;
}

/** PROTO 2 to 5, or protocol 0 or 1 with the magic number of the legacy stream. */
function isPickle(head: Uint8Array): boolean {
  if (head[0] === 0x80) return head[1]! >= 2 && head[1]! <= 5;
  return new TextDecoder('latin1').decode(head.subarray(0, 27)).startsWith('L119547037146038801333356L\n');
}

/** ONNX has no magic number: a protobuf whose first fields are its version (a small number) and its maker (text). */
function isOnnx(head: Uint8Array): boolean {
  return head[0] === 0x08 && head[1]! > 0 && head[1]! < 32 && (head[2] === 0x12 || head[2] === 0x3a);
}

/**
 * Tells a file by its first bytes, never by its name.
 *
 * @throws CheckpointError that says what came instead of a checkpoint, and what to do.
 */
export function detectContainer(head: Uint8Array, label: string, size: number): Container {
  // First, for a header's length may look like the start of a pickle.
  if (isSafetensors(head)) return 'safetensors';
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return 'zip';
  if (startsWith(head, [0x75, 0x73, 0x74, 0x61, 0x72], 257)) return 'tar';
  const other = others.find(({ starts, at }) => startsWith(head, starts, at));
  if (other) throw notACheckpoint(label, other.what, other.fix);
  if (isPickle(head)) return 'pickle';
  const start = new TextDecoder().decode(head).trimStart();
  const text = texts.find(({ pattern }) => pattern.test(start));
  if (text) throw notACheckpoint(label, text.what, text.fix);
  if (isOnnx(head)) throw notACheckpoint(label, 'an ONNX model', 'Get the PyTorch or safetensors file of the model');
  if (size === 0) throw notACheckpoint(label, 'an empty file', 'Download it again');
  const hex = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw notACheckpoint(label, `${size} bytes that start with ${hex}`, 'Check the file, and download it again');
}

function notACheckpoint(label: string, what: string, fix: string): CheckpointError {
  return new CheckpointError(
    `${label}: expected a PyTorch checkpoint (zip, legacy or tar) or a safetensors file, got ${what}. ${fix}.`,
    { offset: 0 },
  );
}
