import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { type HostTensor, type nn, type StateDict, toTensors } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { forEachBackend } from '../support/backends.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose } from '../support/golden-close.js';
import { read, toTensor } from '../support/golden-run.js';
import { expectError, float32, valuesOf } from './support.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/to-tensors/${name}`, import.meta.url));
const expected: Record<string, HostTensor> = JSON.parse(readFileSync(fixture('expected.json'), 'utf8'));

/** A user's own program, of tfjs ops and tensors by name: what PyTorch's Net of make_to_tensors.py computes. */
function program(w: Record<string, tf.Tensor>, images: tf.Tensor4D): Record<string, tf.Tensor> {
  const filter = (name: string) => w[`${name}.weight`] as tf.Tensor4D;
  const biased = (x: tf.Tensor, name: string) => tf.add(x, w[`${name}.bias`]!) as tf.Tensor4D;
  let x = tf.relu(biased(tf.conv2d(images, filter('conv'), 1, 'same'), 'conv')) as tf.Tensor4D; // [2, 10, 8, 8]
  const inputs = tf.split<tf.Tensor4D>(x, 2, 3);
  const filters = tf.split<tf.Tensor4D>(filter('grouped'), 2, 3);
  x = biased(
    tf.concat(
      inputs.map((input, group) => tf.conv2d(input, filters[group]!, 1, 'valid')),
      3,
    ),
    'grouped',
  );
  const around: [number, number] = [1, 1];
  x = biased(
    tf.depthwiseConv2d(tf.pad(x, [[0, 0], around, around, [0, 0]]), filter('depthwise'), 2, 'valid'),
    'depthwise',
  );
  x = tf.depthwiseConv2d(x, filter('multiplied'), 1, 'valid'); // [2, 3, 2, 16]
  x = biased(tf.conv2d(x, filter('pointwise'), 1, 'valid'), 'pointwise');
  x = biased(tf.conv2dTranspose(x, filter('up'), [2, 7, 4, 6], 2, 'valid'), 'up');
  const halves = tf.split<tf.Tensor4D>(x, 2, 3);
  const taps = tf.split<tf.Tensor4D>(filter('grouped_up'), 2, 3);
  const maps = biased(
    tf.concat(
      halves.map((half, group) => tf.conv2dTranspose(half, taps[group]!, [2, 8, 5, 2], 1, 'valid')),
      3,
    ),
    'grouped_up',
  ); // [2, 8, 5, 4]
  const mask = biased(tf.conv2dTranspose(maps, filter('mask'), [2, 16, 10, 1], 2, 'valid'), 'mask');
  const gray = biased(tf.conv2d(mask, filter('gray'), 1, 'valid'), 'gray');
  const flat = tf.reshape(maps, [2, -1]); // in the order H, W, C
  const centred = tf.div(tf.sub(flat, w['norm.running_mean']!), tf.sqrt(tf.add(w['norm.running_var']!, 1e-5)));
  const features = tf.add(tf.mul(centred, w['norm.weight']!), w['norm.bias']!);
  const logits = biased(tf.matMul(features, w['fc.weight'] as tf.Tensor2D), 'fc');
  const { mean, variance } = tf.moments(logits);
  const unit = tf.div(tf.sub(logits, mean), tf.sqrt(tf.add(variance, 1e-5)));
  const layerNorm = tf.add(tf.mul(unit, w['layer_norm.weight']!), w['layer_norm.bias']!);
  const normed = tf.add(layerNorm, tf.gather(w['embedding.weight']!, tf.tensor1d([6, 1], 'int32')));
  return { maps, mask, gray, logits, normed };
}

const image = [4, 8, 5] as const;
const options: nn.ToTensorsOptions = {
  multipliers: { 'multiplied.weight': 2 },
  layouts: { 'mask.weight': 'convTranspose2d', 'gray.weight': 'conv2d', 'embedding.weight': 'plain' },
  flattenedFrom: {
    'norm.weight': image,
    'norm.bias': image,
    'norm.running_mean': image,
    'norm.running_var': image,
    'fc.weight': image,
  },
};

describe('toTensors', () => {
  let stateDict: StateDict;
  before(async () => {
    ({ stateDict } = await readCheckpoint(fixture('net.pth')));
  });
  const shapesOf = (tensors: Record<string, tf.Tensor>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));

  forEachBackend(() => {
    it("gives plain tfjs programs PyTorch's results", async () => {
      const images = toTensor(activationToMemory(expected.images!, 'batched')) as tf.Tensor4D;
      const weights = toTensors(stateDict, options);
      const outputs = tf.tidy(() => program(weights, images));
      for (const [name, output] of Object.entries(outputs)) {
        const layout = output.rank === 4 ? 'batched' : 'literal';
        expectClose(name, await read(output), activationToMemory(expected[name]!, layout));
      }
      tf.dispose([images, weights, outputs]);
    });

    it('keeps the order, and every name', () => {
      const weights = toTensors(stateDict);
      expect(Object.keys(weights)).to.deep.equal([...stateDict.keys()]);
      tf.dispose(weights);
    });

    it('shares nothing with the state dict', async () => {
      const bias = float32([2], [1, 2]);
      const { b } = toTensors(new Map([['b', bias]]));
      (bias.data as Float32Array)[0] = 9;
      expect(await valuesOf(b!)).to.deep.equal([1, 2]);
      b!.dispose();
    });

    it('takes shapes at their word where nothing is said', () => {
      const weights = toTensors(stateDict);
      expect(shapesOf(weights)).to.deep.include({
        'conv.weight': [3, 3, 3, 8],
        'grouped.weight': [3, 2, 4, 8],
        'depthwise.weight': [3, 3, 8, 1],
        'multiplied.weight': [2, 3, 16, 1],
        'pointwise.weight': [1, 1, 16, 4],
        'up.weight': [3, 2, 6, 4],
        'grouped_up.weight': [2, 2, 2, 6],
        'mask.weight': [2, 2, 4, 1],
        'gray.weight': [3, 3, 3, 1],
        'fc.weight': [160, 5],
        'layer_norm.weight': [2, 5],
        'embedding.weight': [5, 7],
        'norm.num_batches_tracked': [],
      });
      tf.dispose(weights);
    });

    it('can be told otherwise, in every direction', async () => {
      const dict: StateDict = new Map([
        ['a.weight', float32([4, 1, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8])],
        ['b', float32([2, 3], [1, 2, 3, 4, 5, 6])],
        ['pos_embed', float32([1, 2, 2, 1], [1, 2, 3, 4])],
      ]);
      const told = async (given: nn.ToTensorsOptions, name: string) => {
        const weights = toTensors(dict, given);
        const result = [weights[name]!.shape, await valuesOf(weights[name]!)];
        tf.dispose(weights);
        return result;
      };
      const moved = [1, 3, 5, 7, 2, 4, 6, 8];
      expect(await told({}, 'a.weight')).to.deep.equal([[2, 1, 4, 1], moved]);
      expect(await told({ layouts: { 'a.weight': 'conv2d' } }, 'a.weight')).to.deep.equal([[2, 1, 1, 4], moved]);
      expect(await told({ layouts: { 'a.weight': 'convTranspose2d' } }, 'a.weight')).to.deep.equal([
        [2, 1, 1, 4],
        moved,
      ]);
      expect(await told({ multipliers: { 'a.weight': 2 } }, 'a.weight')).to.deep.equal([[2, 1, 2, 2], moved]);
      expect(
        await told({ layouts: { 'a.weight': 'depthwise' }, multipliers: { 'a.weight': 4 } }, 'a.weight'),
      ).to.deep.equal([[2, 1, 1, 4], moved]);
      expect(await told({ layouts: { 'a.weight': 'plain' } }, 'a.weight')).to.deep.equal([
        [4, 1, 2, 1],
        [1, 2, 3, 4, 5, 6, 7, 8],
      ]);
      expect(await told({}, 'b')).to.deep.equal([
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ]);
      expect(await told({ layouts: { b: 'linear' } }, 'b')).to.deep.equal([
        [3, 2],
        [1, 4, 2, 5, 3, 6],
      ]);
      expect(await told({}, 'pos_embed')).to.deep.equal([
        [1, 2, 2, 1],
        [1, 2, 3, 4],
      ]);
      expect(await told({ layouts: { pos_embed: 'conv2d' } }, 'pos_embed')).to.deep.equal([
        [2, 1, 2, 1],
        [1, 3, 2, 4],
      ]);
    });

    it('mistakes no kind of filter for another without an op that refuses it', () => {
      const weights = toTensors(stateDict);
      const filter = (name: string) => weights[`${name}.weight`] as tf.Tensor4D;
      const zeros = (channels: number) => tf.zeros([1, 4, 4, channels]) as tf.Tensor4D;
      for (const use of [
        () => tf.conv2d(zeros(1), filter('gray'), 1, 'valid'),
        () => tf.conv2dTranspose(zeros(4), filter('mask'), [1, 8, 8, 1], 2, 'valid'),
        () => tf.depthwiseConv2d(zeros(8), filter('multiplied'), 1, 'valid'),
      ]) {
        expect(() => tf.tidy(use)).to.throw(/must match/);
      }
      tf.dispose(weights);
    });

    it('makes float32, int32 and bool of all that a checkpoint may hold', async () => {
      const entry = (dtype: HostTensor['dtype'], data: HostTensor['data']): HostTensor => ({
        dtype,
        shape: [data.length],
        data,
      });
      const dict: StateDict = new Map([
        ['float16', entry('float16', Float32Array.of(0.5, -2))],
        ['bfloat16', entry('bfloat16', Float32Array.of(1.5))],
        ['float64', entry('float64', Float64Array.of(0.1, -1e300))],
        ['int64', entry('int64', BigInt64Array.of(-2147483648n, 2147483647n))],
        ['int16', entry('int16', Int16Array.of(-300))],
        ['int8', entry('int8', Int8Array.of(-3))],
        ['uint8', entry('uint8', Uint8Array.of(255))],
        ['bool', entry('bool', Uint8Array.of(0, 1))],
      ]);
      const tensors = toTensors(dict);
      const found = await Promise.all(
        Object.entries(tensors).map(async ([name, tensor]) => [name, tensor.dtype, await valuesOf(tensor)]),
      );
      expect(found).to.deep.equal([
        ['float16', 'float32', [0.5, -2]],
        ['bfloat16', 'float32', [1.5]],
        ['float64', 'float32', [Math.fround(0.1), Number.NEGATIVE_INFINITY]],
        ['int64', 'int32', [-2147483648, 2147483647]],
        ['int16', 'int32', [-300]],
        ['int8', 'int32', [-3]],
        ['uint8', 'int32', [255]],
        ['bool', 'bool', [0, 1]],
      ]);
      tf.dispose(tensors);
    });

    it('leaves quantities of integers as they lie, whatever they are called', () => {
      const data = Int32Array.of(1, 2, 3, 4, 5, 6);
      const tensors = toTensors(new Map([['table.weight', { dtype: 'int32', shape: [2, 3], data }]]));
      expect(shapesOf(tensors)).to.deep.equal({ 'table.weight': [2, 3] });
      tf.dispose(tensors);
    });
  });
});

describe('toTensors refuses', () => {
  const dict: StateDict = new Map([
    ['conv.weight', float32([4, 2, 1, 1], new Array(8).fill(0))],
    ['dw.weight', float32([6, 1, 1, 1], new Array(6).fill(0))],
    ['fc.weight', float32([2, 12], new Array(24).fill(0))],
  ]);
  const refuses = (what: string, given: object, name: string, ...lines: string[]) =>
    it(what, () => {
      const text = lines.map((line) => `toTensors: ${line}`).join('\n');
      expectError(() => toTensors(dict, given), name, text);
    });

  refuses(
    'options that do not exist',
    { depthwise: ['dw.weight'] },
    'ZooError',
    "expected an options object with flattenedFrom, layouts, multipliers, got option 'depthwise'. Correct its name or leave it out.",
  );
  refuses(
    'names that are not there and layouts that do not exist, all at once',
    {
      flattenedFrom: { 'fc.wait': [3, 2, 2], 'fc.weight': [3, 2, 2] },
      layouts: { 'conv.weight': 'OIHW', 'dw.wait': 'conv2d' },
    },
    'ZooError',
    'expected flattenedFrom to name tensors of the state dict, got fc.wait. Its names begin with conv.weight, dw.weight, fc.weight.',
    'expected layouts to name tensors of the state dict, got dw.wait. Its names begin with conv.weight, dw.weight, fc.weight.',
    "expected the layout of conv.weight to be one of conv2d, depthwise, convTranspose2d, linear, plain, got 'OIHW'. Choose one of these.",
  );
  for (const [given, got] of [
    [['dw.weight'], 'an array'],
    [new Map(), 'a Map'],
    ['dw.weight', 'string'],
  ] as const) {
    refuses(
      `${got} for the names`,
      { multipliers: given },
      'ZooError',
      `expected multipliers to be an object with the names of tensors, got ${got}. Write { NAME: VALUE }.`,
    );
  }
  refuses(
    'layouts that do not fit, all at once',
    {
      layouts: { 'conv.weight': 'linear', 'dw.weight': 'plain', 'fc.weight': 'convTranspose2d' },
      multipliers: { 'dw.weight': 2 },
    },
    'ShapeError',
    "expected conv.weight to be of rank 2 for the layout 'linear', got [4, 2, 1, 1]. Choose another layout.",
    "expected dw.weight to be depthwise, for it has a multiplier, got 'plain'. Leave out one of the two.",
    "expected fc.weight to be of rank 4 for the layout 'convTranspose2d', got [2, 12]. Choose another layout.",
  );
  refuses(
    'what is no depthwise convolution',
    { layouts: { 'conv.weight': 'depthwise' }, multipliers: { 'fc.weight': 2 } },
    'ShapeError',
    'expected conv.weight to be a depthwise convolution [C · M, 1, KH, KW], got [4, 2, 1, 1]. Leave it out.',
    'expected fc.weight to be a depthwise convolution [C · M, 1, KH, KW], got [2, 12]. Leave it out.',
  );
  for (const n of [4, 0, 1.5, Number.NaN]) {
    refuses(
      `a multiplier of ${n}`,
      { multipliers: { 'dw.weight': n } },
      'ShapeError',
      `expected the multiplier of dw.weight to divide its 6 output channels, got ${n}. Correct it.`,
    );
  }
  refuses(
    'an image of another size, and of what is not linear',
    { flattenedFrom: { 'fc.weight': [3, 2, 3], 'conv.weight': [2, 1, 1] } },
    'ShapeError',
    'expected conv.weight to have 2 inputs for flattenedFrom [2, 1, 1], got shape [4, 2, 1, 1]. Give the shape in front of the Flatten, without the batch.',
    'expected fc.weight to have 18 inputs for flattenedFrom [3, 2, 3], got shape [2, 12]. Give the shape in front of the Flatten, without the batch.',
  );
  for (const [given, got] of [
    [[12, 1], '[12, 1]'],
    [[3, -2, -2], '[3, -2, -2]'],
    [12, 'number'],
    [null, 'null'],
  ] as const) {
    refuses(
      `flattenedFrom ${got}`,
      { flattenedFrom: { 'fc.weight': given } },
      'ShapeError',
      `expected flattenedFrom of fc.weight to be [C, H, W], got ${got}. Give the shape in front of the Flatten.`,
    );
  }
  refuses(
    'a flattened convolution',
    { flattenedFrom: { 'fc.weight': [3, 2, 2] }, layouts: { 'fc.weight': 'plain' } },
    'ShapeError',
    "expected fc.weight to be linear, for it is in flattenedFrom, got 'plain'. Leave out one of the two.",
  );

  it('integers that int32 cannot hold', () => {
    const at = (value: bigint): StateDict =>
      new Map([['steps', { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, value) }]]);
    for (const value of [2147483648n, -2147483649n]) {
      expectError(
        () => toTensors(at(value)),
        'ShapeError',
        `toTensors: expected the int64 values of steps to fit int32, got ${value}. Delete it from the state dict.`,
      );
    }
  });

  it('what is no state dict', () => {
    expectError(
      () => toTensors({ stateDict: dict } as never),
      'ZooError',
      'toTensors: expected a state dict, got the whole checkpoint. Pass checkpoint.stateDict, a Map.',
    );
    expectError(
      () => toTensors(new Map([['b', float32([3], [1])]])),
      'ShapeError',
      'toTensors: expected as many values as each shape says, got 1 broken: b [3] with 1 values. Correct the data or the shapes.',
    );
  });
});
