"""Prints what PyTorch loads from each file of a folder, as `plain` of arbitrary.ts says it: one line of JSON a file, by name.

    python3 describe.py FOLDER

.pth files are read by torch.load, with weights_only where this version's list has what the file needs. .safetensors
files are read by the safetensors library where it is installed, and by the format's definition in any case.
"""
import collections
import json
import pathlib
import struct
import sys

import torch

try:
    from safetensors.torch import load_file
except ImportError:
    load_file = None

names = {'F64': 'float64', 'F32': 'float32', 'F16': 'float16', 'BF16': 'bfloat16', 'I64': 'int64', 'I32': 'int32',
         'I16': 'int16', 'I8': 'int8', 'U8': 'uint8', 'BOOL': 'bool'}


def tensor_bytes(tensor):
    flat = tensor.contiguous().reshape(-1)
    return (flat.view(torch.int16) if tensor.dtype == torch.bfloat16 else flat).numpy().tobytes()


def describe(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {'int': str(value)}
    if isinstance(value, float):
        return {'float': 'nan' if value != value else struct.pack('>d', value).hex()}
    if isinstance(value, torch.Tensor):
        assert type(value) is torch.Tensor and not value.requires_grad and value.is_contiguous(), value
        return {'tensor': str(value.dtype).split('.')[1], 'shape': list(value.shape), 'data': tensor_bytes(value).hex()}
    if isinstance(value, dict):
        return {'dict': [[describe(key), describe(item)] for key, item in value.items()]}
    assert type(value) is list, type(value)
    return [describe(item) for item in value]


def by_definition(path):
    data = path.read_bytes()
    length, = struct.unpack('<Q', data[:8])
    header = json.loads(data[8:8 + length])
    assert header.pop('__metadata__') == {'format': 'pt'}
    entries = []
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry['data_offsets'])
        entries.append([name, {'tensor': names[entry['dtype']], 'shape': entry['shape'], 'data': data[begin:end].hex()}])
    return {'dict': entries}


def load(path):
    try:
        return torch.load(path, weights_only=True)
    except Exception as error:
        # PyTorch 1.13's weights_only knows no floats (opcode 71) at all.
        if torch.__version__ >= '2' or 'Unsupported operand 71' not in str(error):
            raise
        return torch.load(path)


for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix == '.pth':
        loaded = load(path)
        assert type(loaded['model']) is collections.OrderedDict
        print(json.dumps(describe(loaded)))
    else:
        defined = by_definition(path)
        if load_file:
            loaded = load_file(path)
            assert describe({name: loaded[name] for name, _ in defined['dict']}) == defined, path
        print(json.dumps(defined))
