import * as tf from '@tensorflow/tfjs-core';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';

/** A convolution, its BatchNorm and a ReLU. */
export class BasicConv2d extends nn.Module {
  readonly conv: nn.Conv2d;
  readonly bn: nn.BatchNorm2d;

  constructor(inChannels: number, outChannels: number, kernelSize: number, { stride = 1, padding = 0 } = {}) {
    super();
    this.conv = new nn.Conv2d(inChannels, outChannels, kernelSize, { stride, padding, bias: false });
    this.bn = new nn.BatchNorm2d(outChannels, { eps: 1e-3 });
  }

  get typeName(): string {
    return 'BasicConv2d';
  }

  override train(mode = true): this {
    super.train(mode);
    this.#layers().train(mode);
    return this;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.#layers().forward(x);
  }

  /** In their order, so that they are computed as one where they can be. */
  #layers(): nn.Sequential {
    return new nn.Sequential(this.conv, this.bn, new nn.ReLU({ inplace: true }));
  }
}

/** Channels of the paper's table 1, from left to right. */
export interface InceptionWidths {
  readonly ones: number;
  readonly threesReduced: number;
  readonly threes: number;
  readonly fivesReduced: number;
  readonly fives: number;
  readonly pooled: number;
}

/** Four ways through, side by side: [N, H, W, C] → [N, H, W, ones + threes + fives + pooled]. */
export class Inception extends nn.Module {
  readonly branch1: BasicConv2d;
  readonly branch2: nn.Sequential;
  readonly branch3: nn.Sequential;
  readonly branch4: nn.Sequential;

  constructor(inChannels: number, widths: InceptionWidths) {
    super();
    const { ones, threesReduced, threes, fivesReduced, fives, pooled } = widths;
    this.branch1 = new BasicConv2d(inChannels, ones, 1); // [N, H, W, ones]
    this.branch2 = new nn.Sequential(
      new BasicConv2d(inChannels, threesReduced, 1), // [N, H, W, threesReduced]
      new BasicConv2d(threesReduced, threes, 3, { padding: 1 }), // [N, H, W, threes]
    );
    this.branch3 = new nn.Sequential(
      new BasicConv2d(inChannels, fivesReduced, 1), // [N, H, W, fivesReduced]
      // 3 × 3, where the paper has 5 × 5: torchvision's slip, and its weights'.
      new BasicConv2d(fivesReduced, fives, 3, { padding: 1 }), // [N, H, W, fives]
    );
    this.branch4 = new nn.Sequential(
      new nn.MaxPool2d(3, { stride: 1, padding: 1, ceilMode: true }), // [N, H, W, C]
      new BasicConv2d(inChannels, pooled, 1), // [N, H, W, pooled]
    );
  }

  get typeName(): string {
    return 'Inception';
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { branch1, branch2, branch3, branch4 } = this;
    return tf.tidy(() =>
      tf.concat(
        [branch1, branch2, branch3, branch4].map((branch) => branch.forward(x)),
        -1,
      ),
    );
  }
}

/** A classifier in the middle of the network, whose loss helps the first half to learn: [N, 14, 14, C] → [N, numClasses]. */
export class InceptionAux extends nn.Module {
  readonly conv: BasicConv2d;
  readonly fc1 = new nn.Linear(2048, 1024);
  readonly fc2: nn.Linear;
  readonly dropout: nn.Dropout;

  constructor(inChannels: number, numClasses: number, dropout: number) {
    super();
    this.conv = new BasicConv2d(inChannels, 128, 1); // [N, 4, 4, 128]
    this.fc2 = new nn.Linear(1024, numClasses); // [N, numClasses]
    this.dropout = new nn.Dropout({ p: dropout });
  }

  get typeName(): string {
    return 'InceptionAux';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const maps = this.conv.forward(F.adaptiveAvgPool2d(x, [4, 4])); // [N, 4, 4, 128]
      const hidden = F.relu(this.fc1.forward(F.flatten(maps, { startDim: 1 }))); // [N, 1024]
      return this.fc2.forward(this.dropout.forward(hidden));
    });
  }
}
