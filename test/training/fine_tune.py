"""Fine-tunes the weights in start.pth for some steps over the batches in there, and writes after.pth.

    python3 fine_tune.py FOLDER
"""

import sys

import torch
from torch import nn

folder = sys.argv[1]
start = torch.load(f"{folder}/start.pth")

model = nn.Sequential()
model.add_module("features", nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2)))
model.add_module("flatten", nn.Flatten())
model.add_module("classifier", nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3)))
model.load_state_dict(start["model"])

for parameter in model.features.parameters():
    parameter.requires_grad = False
rest = [*model.features.parameters(), *model.classifier[0].parameters()]
groups = [{"params": model.classifier[2].parameters(), "lr": 0.3}, {"params": rest}]
optimizer = torch.optim.SGD(groups, lr=0.03, momentum=0.9, weight_decay=0.01)

losses = []
for _ in range(start["steps"]):
    loss = nn.functional.cross_entropy(model(start["inputs"]), start["labels"].long())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
torch.save({"model": model.state_dict(), "losses": losses}, f"{folder}/after.pth")
