"""Writes the state dict of a classic of torchvision with random weights, for large.test.ts.

python3 make_large.py MODEL FILE
"""
import sys

import torch
import torchvision

name, file = sys.argv[1:]
# VGG's own initialisation would draw 140 million normal numbers.
model = getattr(torchvision.models, name)(**({'init_weights': False} if name.startswith('vgg') else {}))
torch.save(model.state_dict(), file)
