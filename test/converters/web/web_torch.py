"""Judges web folders by PyTorch.

    python3 web_torch.py make FOLDER     writes original.pth, of every dtype, and golden.pth: an image, and what a convolution makes of it
    python3 web_torch.py judge FOLDER    compares what came back: float32.pth and float32.safetensors bit for bit, float16.pth with .half()
"""
import json
import pathlib
import struct
import sys

import torch
import torch.nn.functional as F

folder = pathlib.Path(sys.argv[2])


def bits(tensor):
    flat = tensor.contiguous().reshape(-1)
    return (flat.view(torch.int16) if tensor.dtype == torch.bfloat16 else flat).numpy().tobytes()


def make():
    torch.manual_seed(0)
    special = torch.tensor([0x7f800001, -1, -2**31, 0x7f800000, 1, 0x3f800000], dtype=torch.int32).view(torch.float32)
    state = {
        'conv.weight': torch.randn(8, 3, 5, 5),
        'linear.weight': torch.randn(1100, 1000) * 10 ** torch.linspace(-9, 3, 1000),
        'view': torch.randn(6, 4).t()[1:],
        'special': special,
        'scalar': torch.tensor(0.1),
        'empty': torch.zeros(0, 3),
        'half': torch.randn(3, 2).half(),
        'bfloat16': torch.randn(3, 2).bfloat16(),
        'double': torch.randn(7).float().double(),
        'long': torch.tensor([-2**31, 2**31 - 1]),
        'int': torch.tensor([[-5, 6]], dtype=torch.int32),
        'short': torch.tensor([-2**15], dtype=torch.int16),
        'char': torch.tensor([-128, 127], dtype=torch.int8),
        'byte': torch.tensor([0, 255], dtype=torch.uint8),
        'bool': torch.tensor([True, False, True]),
    }
    torch.save(state, folder / 'original.pth')
    image = torch.randn(1, 3, 9, 9)
    torch.save({'image': image, 'answer': F.conv2d(image, state['conv.weight'])}, folder / 'golden.pth')


def judge():
    original = torch.load(folder / 'original.pth')
    same = torch.load(folder / 'float32.pth')
    assert list(same) == list(original)
    data = (folder / 'float32.safetensors').read_bytes()
    length, = struct.unpack('<Q', data[:8])
    header = json.loads(data[8:8 + length])
    for name, tensor in original.items():
        assert same[name].dtype == tensor.dtype and same[name].shape == tensor.shape, name
        assert bits(same[name]) == bits(tensor), name
        begin, end = header[name]['data_offsets']
        assert header[name]['shape'] == list(tensor.shape) and data[8 + length + begin:8 + length + end] == bits(tensor), name
    halves = torch.load(folder / 'float16.pth')
    for name, tensor in original.items():
        is_narrowed = tensor.dtype == torch.float32 and tensor.dim() > 1
        assert bits(halves[name]) == bits(tensor.half() if is_narrowed else tensor), name
    print('the same')


{'make': make, 'judge': judge}[sys.argv[1]]()
