"""Writes torchvision's AlexNet with random weights, and its logits of images, for torchvision.test.ts.

python3 make_alexnet.py FOLDER IMAGE...  ->  FOLDER/alexnet.pth, FOLDER/logits.json, and of the last image, a JPEG,
FOLDER/decoded.png with the pixels that Pillow decodes.
"""
import json
import sys

import torch
from PIL import Image
from torchvision.models import AlexNet_Weights, alexnet

folder, *images = sys.argv[1:]
torch.manual_seed(0)
model = alexnet().eval()
for parameter in model.parameters():
    # The default's logits of any two images are nearly equal; He's keep the images apart.
    if parameter.dim() > 1:
        torch.nn.init.kaiming_normal_(parameter)
torch.save(model.state_dict(), f'{folder}/alexnet.pth')

prepare = AlexNet_Weights.IMAGENET1K_V1.transforms()
with torch.no_grad():
    batch = torch.stack([prepare(Image.open(image).convert('RGB')) for image in images])
    logits = model(batch)
with open(f'{folder}/logits.json', 'w') as file:
    json.dump(logits.tolist(), file)
Image.open(images[-1]).convert('RGB').save(f'{folder}/decoded.png')
