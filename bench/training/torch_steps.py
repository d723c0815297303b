"""Trains as tfjs-steps.ts does, with PyTorch: see child.ts for what it is asked and answers, a line of JSON each."""
import json
import sys
import time
from collections import OrderedDict

import torch
from torch import nn

name, threads, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)


def lenet():
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 6, 5), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(6, 16, 5), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(), fc1=nn.Linear(256, 120), relu3=nn.ReLU(),
        fc2=nn.Linear(120, 84), relu4=nn.ReLU(), fc3=nn.Linear(84, 10)))


def alexnet_d2l():
    return nn.Sequential(OrderedDict(net=nn.Sequential(
        nn.Conv2d(1, 96, 11, 4, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(), nn.Linear(6400, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4096, 10))))


state = torch.load(path)
images, labels = state.pop('images'), state.pop('labels')
model = {'lenet': lenet, 'alexnet_d2l': alexnet_d2l}[name]()
model.load_state_dict(state)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)


def step():
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def timed():
    start = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - start)


def answer(request):
    # Without dropout, which no two programs draw alike.
    model.train(request['kind'] == 'time')
    if request['kind'] == 'losses':
        return [step() for _ in range(request['steps'])]
    step()
    return [timed() for _ in range(request['steps'])]


print(json.dumps({'version': torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps({'values': answer(json.loads(line))}), flush=True)
