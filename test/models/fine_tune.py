"""Fine-tunes torchvision's AlexNet for fine-tune.test.ts: a checkpoint of narrow convolutions, and a head of other classes.

python3 fine_tune.py CHECKPOINT STATE  ->  on stdout, the logits before and after one step of SGD on the head alone

STATE has the new head's weight and bias, images [N, 3, H, W], labels [N] and the learning rate `lr`.
"""
import json
import sys

import torch
import torchvision
from torch import nn

checkpoint, state = (torch.load(path) for path in sys.argv[1:])
model = torchvision.models.AlexNet().eval()
for index, layer in enumerate(model.features):
    if isinstance(layer, nn.Conv2d):
        outgoing, incoming = checkpoint[f'features.{index}.weight'].shape[:2]
        model.features[index] = nn.Conv2d(incoming, outgoing, layer.kernel_size, layer.stride, layer.padding)
model.classifier[1] = nn.Linear(*reversed(checkpoint['classifier.1.weight'].shape))
model.load_state_dict(checkpoint)

model.requires_grad_(False)
head = model.classifier[6] = nn.Linear(model.classifier[6].in_features, len(state['bias']))
head.load_state_dict({'weight': state['weight'], 'bias': state['bias']})
before = model(state['images'])
nn.CrossEntropyLoss()(before, state['labels']).backward()
torch.optim.SGD(head.parameters(), state['lr']).step()
print(json.dumps([before.tolist(), model(state['images']).tolist()]))
