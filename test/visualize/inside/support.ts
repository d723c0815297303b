import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';

interface Host {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What PyTorch computes: test/fixtures/visualize/make_inside.py. */
export const golden: {
  readonly state: Readonly<Record<string, Host>>;
  readonly image: Host;
  readonly best: number;
  readonly activations: Readonly<Record<string, Host>>;
  readonly saliency: Readonly<Record<string, Host>>;
  readonly gradCam: Readonly<Record<string, Host>>;
  readonly occlusion: Host & {
    readonly patch: number;
    readonly stride: number;
    readonly fill: number;
    readonly classIndex: number;
  };
} = JSON.parse(readFileSync(new URL('../../fixtures/visualize/inside.json', import.meta.url), 'utf8'));

/** The network of the golden file. */
export class Twice extends nn.Module {
  readonly typeName = 'Twice';
  readonly conv1 = new nn.Conv2d(3, 4, 3, { padding: 1 });
  readonly bn1 = new nn.BatchNorm2d(4);
  readonly relu = new nn.ReLU();
  readonly features = new nn.Sequential(
    new nn.MaxPool2d(2),
    new nn.Conv2d(4, 6, 3),
    new nn.ReLU(),
    new nn.Conv2d(6, 5, 2),
  );
  readonly flatten = new nn.Flatten();
  readonly fc = new nn.Linear(60, 7);

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const seen = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
      return this.fc.forward(this.flatten.forward(this.relu.forward(this.features.forward(seen))));
    });
  }
}

export function goldenModel(): Twice {
  const model = new Twice();
  const state = Object.entries(golden.state).map(
    ([name, { shape, data }]) =>
      [name, { dtype: 'float32', shape: [...shape], data: Float32Array.from(data) }] as const,
  );
  model.loadStateDict(new Map(state), { strict: false });
  return model;
}

/** The image of the golden file, [1, H, W, C]. */
export function goldenImage(): tf.Tensor {
  return tf.tidy(() => toNhwc(golden.image));
}

/** [N, C, H, W] → [N, H, W, C]; what has other axes as it is. */
export function toNhwc({ shape, data }: Host): tf.Tensor {
  const tensor = tf.tensor([...data], [...shape]);
  return shape.length === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}
