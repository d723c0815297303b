import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';

// The models of test/fixtures/visualize/make_summaries.py that are not in the zoo, under the names of their files.

class Holder extends nn.Module {
  readonly typeName = 'Holder';
  readonly layer: nn.Module;

  constructor(layer: nn.Module) {
    super();
    this.layer = layer;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.layer.forward(x);
  }
}

/** A layer in two places, called three times; grouped and transposed convolutions; weights that are frozen. */
export class Shared extends nn.Module {
  readonly typeName = 'Shared';
  readonly stem = new nn.Conv2d(3, 8, 3, { stride: 2, padding: 1, bias: false });
  readonly norm = new nn.BatchNorm2d(8);
  readonly act = new nn.PReLU({ numParameters: 8 });
  readonly left: Holder;
  readonly right: Holder;
  readonly up = new nn.ConvTranspose2d(8, 4, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 });
  readonly blocks = new nn.ModuleList([new nn.Dropout(), new nn.Sequential(new nn.AvgPool2d(2), new nn.ReLU())]);

  constructor() {
    super();
    const conv = new nn.Conv2d(8, 8, 3, { padding: 1, groups: 4 });
    this.left = new Holder(conv);
    this.right = new Holder(conv);
    this.stem.weight.requiresGrad = false;
    this.up.bias!.requiresGrad = false;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const stem = this.act.forward(this.norm.forward(this.stem.forward(x)));
      const sum = tf.add(this.right.forward(stem), this.left.forward(stem));
      const up = this.up.forward(this.left.forward(sum));
      return [...this.blocks].reduce((activation, block) => block.forward(activation), up as tf.Tensor);
    });
  }
}

/** An output that is a tuple, of which a module in training gives more. */
class Heads extends nn.Module<[tf.Tensor], tf.Tensor[]> {
  readonly typeName = 'Heads';
  readonly first = new nn.Linear(6, 4);
  readonly second = new nn.Linear(6, 4);
  readonly third = new nn.Linear(6, 4);

  forward(x: tf.Tensor): tf.Tensor[] {
    const heads = this.training ? [this.first, this.second, this.third] : [this.first];
    return heads.map((head) => head.forward(x));
  }
}

class Tuple extends nn.Module {
  readonly typeName = 'Tuple';
  readonly scale = new nn.Parameter(tf.ones([6]));
  readonly embed = new nn.Linear(12, 6);
  readonly norm = new nn.LayerNorm(6);
  readonly heads = new Heads();

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() =>
      tf.addN(this.heads.forward(tf.mul(this.norm.forward(this.embed.forward(x)), this.scale.value))),
    );
  }
}

/** A Sequential by another name, which has no row. */
class ConvolutionNormActivation extends nn.Sequential {
  override get typeName(): string {
    return 'ConvolutionNormActivation';
  }
}

/** A parameter under a name that torchsummary counts, and one under another; longer than its column. */
class ScaledByItsOwnChannelGain extends nn.Module {
  readonly typeName = 'ScaledByItsOwnChannelGain';
  readonly bias = new nn.Parameter(tf.zeros([5]));
  readonly gain = new nn.Parameter(tf.ones([5]));

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.add(tf.mul(x, this.gain.value), this.bias.value));
  }
}

class Wide extends nn.Module {
  readonly typeName = 'Wide';
  readonly net = new nn.ModuleList([
    new nn.Conv2d(2, 6, 1),
    new nn.Sequential(new nn.ReLU(), new nn.Dropout()),
    new nn.Unfold(2),
    new nn.BatchNorm1d(24),
  ]);

  forward(x: tf.Tensor): tf.Tensor {
    return [...this.net].reduce((activation, layer) => layer.forward(activation), x);
  }
}

const halves = (features: number) => () => new nn.Sequential(new nn.Linear(1, features, { bias: false }));

export const oddModels: Readonly<Record<string, () => nn.Module>> = {
  shared: () => new Shared(),
  tuple: () => new Tuple(),
  wide: () => new Wide(),
  sequence: () =>
    new nn.Sequential(new nn.Linear(12, 6), new nn.Tanh(), new nn.LayerNorm(6), new nn.Flatten(), new nn.LazyLinear(3)),
  long: () =>
    new nn.Sequential(
      new ConvolutionNormActivation(
        new nn.LazyConv2d(1024, 1),
        new nn.LazyBatchNorm2d(),
        new nn.Upsample({ scaleFactor: [4, 2] }),
      ),
      new nn.Conv2d(1024, 5, [1, 2], { padding: [0, 1], dilation: 2 }),
      new ScaledByItsOwnChannelGain(),
    ),
  'halves-16384': halves(16384),
  'halves-49152': halves(3 * 16384),
  'halves-81920': halves(5 * 16384),
};

/** With zeros for parameters, for they change no shape, and random ones of an AlexNet take long. */
export function unfilled<M extends nn.Module>(build: () => M): M {
  return nn.skipInit(() => {
    const model = build();
    for (const parameter of model.parameters()) nn.init.zeros(parameter);
    return model;
  });
}
