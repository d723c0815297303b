"""Goes on for an epoch with a training that tfjs-zoo left in a folder, over the batches in batches.pth; writes after.pth.

    python3 go_on.py FOLDER
"""

import sys

import torch
from torch import nn

folder = sys.argv[1]
checkpoint = torch.load(f"{folder}/last.pth")
batches = torch.load(f"{folder}/batches.pth")

model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3))
model.load_state_dict(checkpoint["model"])
optimizer = torch.optim.SGD(model.parameters(), lr=1, momentum=0.5)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 7)
optimizer.load_state_dict(checkpoint["optimizer"])
scheduler.load_state_dict(checkpoint["scheduler"])

losses = []
for number in range(len(batches) // 2):
    loss = nn.functional.cross_entropy(model(batches[f"inputs{number}"]), batches[f"labels{number}"].long())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
scheduler.step()
torch.save({"model": model.state_dict(), "losses": losses, "lr": optimizer.param_groups[0]["lr"]}, f"{folder}/after.pth")

best = torch.load(f"{folder}/best.pth")
model.load_state_dict(best["model"])
print(best["epoch"], best["validation"]["accuracy"])
