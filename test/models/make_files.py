"""Writes state dicts of torchvision's classics with random weights in several formats, and logits, for torchvision-files.test.ts.

python3 make_files.py FOLDER FILE...  ->  FOLDER/FILE.pth, FOLDER/logits.json with the logits by file

FILE is MODEL-FORMAT-DTYPE, as in resnet18-legacy-float16; FORMAT is zip or legacy, the stream of before PyTorch 1.6.
"""
import json
import sys

import torch
import torchvision

folder, *files = sys.argv[1:]


def build(name):
    # GoogLeNet's own initialisation takes SciPy a minute.
    model = getattr(torchvision.models, name)(**({'init_weights': False} if name == 'googlenet' else {})).eval()
    for module in model.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            # He's weights keep images apart, which the default's do not.
            torch.nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                torch.nn.init.uniform_(module.bias, -0.1, 0.1)
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.8, 1.2)
            torch.nn.init.uniform_(module.bias, -0.1, 0.1)
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.num_batches_tracked.fill_(100)
    return model


# Ever finer waves, so that no two images are alike.
index = torch.arange(2 * 3 * 96 * 96, dtype=torch.float64)
images = torch.sin(index * index / 1e5).float().reshape(2, 3, 96, 96)
logits = {}
for file in files:
    name, form, dtype = file.split('-')
    torch.manual_seed(0)
    model = build(name).to(getattr(torch, dtype))
    torch.save(model.state_dict(), f'{folder}/{file}.pth', _use_new_zipfile_serialization=form == 'zip')
    with torch.no_grad():
        # In float32, with the values that the file has.
        logits[file] = model.float()(images).tolist()
with open(f'{folder}/logits.json', 'w') as out:
    json.dump(logits, out)
