import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';

/** The 16 layers with weights of VGG16, for images of 224 × 224. */
export function vgg16(): nn.Sequential {
  const layers: nn.AnyModule[] = [];
  let channels = 3;
  for (const width of [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]) {
    if (width === 0) layers.push(new nn.MaxPool2d(2));
    else layers.push(new nn.Conv2d(channels, width, 3, { padding: 1 }), new nn.ReLU());
    channels = width || channels;
  }
  const hidden = (from: number) => [new nn.Linear(from, 4096), new nn.ReLU(), new nn.Dropout()];
  return new nn.Sequential(
    ...layers,
    new nn.Flatten(),
    ...hidden(512 * 49),
    ...hidden(4096),
    new nn.Linear(4096, 1000),
  );
}

/** ResNet's block of two convolutions; where it halves the image, a convolution of 1 × 1 stands on the short way. */
export class BasicBlock extends nn.Module {
  readonly typeName = 'BasicBlock';
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu = new nn.ReLU();
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | null;

  constructor(inChannels: number, channels: number, stride = 1) {
    super();
    this.conv1 = new nn.Conv2d(inChannels, channels, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(channels);
    this.conv2 = new nn.Conv2d(channels, channels, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(channels);
    const isSame = stride === 1 && inChannels === channels;
    this.downsample = isSame
      ? null
      : new nn.Sequential(
          new nn.Conv2d(inChannels, channels, 1, { stride, bias: false }),
          new nn.BatchNorm2d(channels),
        );
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const short = this.downsample ? this.downsample.forward(x) : x;
      const first = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
      return this.relu.forward(tf.add(this.bn2.forward(this.conv2.forward(first)), short));
    });
  }
}

/** The first half of ResNet18, with a head. */
export function smallResNet(): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false }),
    new nn.BatchNorm2d(64),
    new nn.ReLU(),
    new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    new BasicBlock(64, 64),
    new BasicBlock(64, 64),
    new BasicBlock(64, 128, 2),
    new BasicBlock(128, 128),
    new nn.AdaptiveAvgPool2d(1),
    new nn.Flatten(),
    new nn.Linear(128, 10),
  );
}

/** Four branches that are put side by side, as in GoogLeNet. */
export class Inception extends nn.Module {
  readonly typeName = 'Inception';
  readonly point = new nn.Conv2d(16, 8, 1);
  readonly three = new nn.Sequential(new nn.Conv2d(16, 8, 1), new nn.ReLU(), new nn.Conv2d(8, 16, 3, { padding: 1 }));
  readonly five = new nn.Sequential(new nn.Conv2d(16, 4, 1), new nn.ReLU(), new nn.Conv2d(4, 8, 5, { padding: 2 }));
  readonly pool = new nn.Sequential(new nn.MaxPool2d(3, { stride: 1, padding: 1 }), new nn.Conv2d(16, 8, 1));

  forward(x: tf.Tensor): tf.Tensor {
    const branches = [this.point, this.three, this.five, this.pool];
    return tf.tidy(() =>
      tf.concat(
        branches.map((branch) => branch.forward(x)),
        -1,
      ),
    );
  }
}
