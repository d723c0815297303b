"""Writes a classic of torchvision with random weights: NAME.pth as torch.save does, NAME.onnx as torch.onnx.export does for one image.

    /usr/bin/python3 bench/classics.py NAME FOLDER    # Debian's python3-torch 1.13 and python3-torchvision 0.14
"""
import sys
import warnings

import torch
import torchvision

warnings.simplefilter('ignore')

name, folder = sys.argv[1:]
torch.manual_seed(0)
options = {'aux_logits': False, 'init_weights': False} if name == 'googlenet' else {}
model = getattr(torchvision.models, name)(**options).eval()
for layer in model.modules():
    if isinstance(layer, torch.nn.BatchNorm2d):
        layer.running_mean.normal_(0, 0.1)
        layer.running_var.uniform_(0.5, 1.5)
        layer.weight.data.uniform_(0.5, 1.5)
        layer.bias.data.normal_(0, 0.1)
torch.save(model.state_dict(), f'{folder}/{name}.pth')
torch.onnx.export(model, torch.zeros(1, 3, 224, 224), f'{folder}/{name}.onnx', input_names=['x'], opset_version=17)
