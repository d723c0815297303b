import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError, float32, Pair } from './support.js';

// What TypeScript would refuse, and plain JavaScript passes on.

describe('inputs that are no tensors', () => {
  forEachBackend(() => {
    const cases: [who: string, build: () => nn.Module][] = [
      ['Linear', () => new nn.Linear(2, 2)],
      ['LazyLinear', () => new nn.LazyLinear(2)],
      ['Conv2d', () => new nn.Conv2d(1, 1, 1)],
      ['LazyConv2d', () => new nn.LazyConv2d(1, 1)],
      ['ConvTranspose2d', () => new nn.ConvTranspose2d(1, 1, 1)],
      ['LazyConvTranspose2d', () => new nn.LazyConvTranspose2d(1, 1)],
      ['BatchNorm1d', () => new nn.BatchNorm1d(2)],
      ['MaxPool2d', () => new nn.MaxPool2d(1)],
      ['Flatten', () => new nn.Flatten()],
      ['Softmax', () => new nn.Softmax()],
      ['Dropout', () => new nn.Dropout()],
    ];
    for (const [who, make] of cases) {
      it(who, () => {
        using module = make();
        for (const [given, text] of [
          [[[1, 2]], 'an array. Make one with tf.tensor.'],
          [null, 'null. Make one with tf.tensor.'],
          [undefined, 'undefined. Make one with tf.tensor.'],
          [Promise.resolve(), 'a Promise. Await it first.'],
        ] as const) {
          const use = () => tf.tidy(() => module.forward(given as never));
          expectError(use, 'ShapeError', `${who}: expected a tf.Tensor, got ${text}`);
        }
      });
    }

    it('channels of another kind of image', () => {
      const channels = (inChannels: number, given: number) => () => {
        using conv = new nn.Conv2d(inChannels, 1, 1);
        tf.tidy(() => conv.forward(tf.zeros([1, 2, 2, given])));
      };
      const message = (inChannels: number, given: number, remedy: string) =>
        `Conv2d: expected ${inChannels} input channels (last axis, NHWC), got shape [1, 2, 2, ${given}]. ${remedy}`;
      for (const [inChannels, given, remedy] of [
        [1, 3, 'Convert the image with transforms.Grayscale(1), or build the layer for 3 channels.'],
        [3, 1, 'Convert the image with transforms.Grayscale(3), or build the layer for 1 channels.'],
        [3, 4, 'Leave out the alpha channel: tf.slice(x, 0, [..., 3]).'],
      ] as const) {
        expectError(channels(inChannels, given), 'ShapeError', message(inChannels, given, remedy));
      }
    });

    it('one value a channel, where eval() helps only with running statistics', () => {
      using norm = new nn.BatchNorm2d(3, { trackRunningStats: false });
      expectError(
        () => tf.tidy(() => norm.forward(tf.zeros([1, 1, 1, 3]))),
        'ShapeError',
        'BatchNorm2d: expected more than 1 value per channel when training, got shape [1, 1, 1, 3]. ' +
          'Use a larger batch, or build the layer with trackRunningStats and call eval().',
      );
    });
  });
});

describe('a class without typeName', () => {
  class Nameless extends nn.Module {
    declare readonly typeName: string;
    forward(x: tf.Tensor): tf.Tensor {
      return tf.clone(x);
    }
  }
  const message = "Nameless: expected a typeName, got undefined. Write typeName = 'Nameless' in the class.";

  it('is told when its name is needed', () => {
    const net = new Nameless();
    expectError(() => String(net), 'ZooError', message);
    expectError(() => String(new nn.Sequential(net)), 'ZooError', message);
    expectError(() => net.loadStateDict(new Map()), 'ZooError', message);
    expectError(() => [...Object.assign(new Nameless(), { layers: [net] }).parameters()], 'ZooError', message);
    expect([...net.parameters()], 'where no name is needed').to.deep.equal([]);
  });

  it('is found in an array all the same', () => {
    const holder = Object.assign(new Pair(new nn.ReLU(), new nn.ReLU()), { layers: [new Nameless()] });
    expect(() => [...holder.parameters()]).to.throw(hidden('Pair.layers', 'a module', 'array'));
  });
});

/** The message for what hides in a plain holder. */
function hidden(where: string, what: string, holder: string): string {
  return (
    `${where}: expected modules and parameters in properties or containers, got ${what} in a plain ${holder}. ` +
    'Use nn.ModuleList or nn.ModuleDict for modules, and a property for each parameter.'
  );
}

describe('modules that hide in nested holders', () => {
  const relu = new nn.ReLU();
  const circle: unknown[] = [];
  circle.push(circle, { deep: new Set([relu]) });
  for (const [what, holder, kind] of [
    ['an array in an array', [[relu]], 'array'],
    ['an object in an object', { inner: { relu } }, 'object'],
    ['an object without a prototype', Object.assign(Object.create(null), { relu }), 'object'],
    ['a Set in a Map', new Map([['a', new Set([relu])]]), 'Map or Set'],
    ['an array that holds itself', circle, 'array'],
  ] as const) {
    it(what, () => {
      const net = Object.assign(new Pair(new nn.ReLU(), new nn.ReLU()), { holder });
      expectError(() => [...net.parameters()], 'ZooError', hidden('Pair.holder', 'ReLU', kind));
    });
  }

  it('passes over circles and depths that hold none', () => {
    const empty: unknown[] = [1, 'a', null, new Float32Array(2), new Date(0)];
    let deep: unknown = empty;
    for (let i = 0; i < 20_000; i++) deep = [deep];
    empty.push(empty, deep);
    const net = Object.assign(new Pair(new nn.ReLU(), new nn.ReLU()), { empty });
    expect([...net.parameters()]).to.deep.equal([]);
  });
});

describe('loadStateDict of what is no state dict', () => {
  const entry = float32([1], [1]);
  const map = 'Pass checkpoint.stateDict, a Map.';
  const typed = 'Read tensors back into typed arrays.';
  for (const [given, text] of [
    [undefined, `a state dict, got undefined. ${map}`],
    [null, `a state dict, got null. ${map}`],
    ['weights.pth', `a state dict, got string. ${map}`],
    [{ weight: entry }, `a state dict, got object. ${map}`],
    [{ stateDict: new Map([['weight', entry]]) }, `a state dict, got the whole checkpoint. ${map}`],
    [Promise.resolve(new Map()), 'a state dict, got a Promise. Await it first.'],
    [new Map([['weight', null]]), `{ dtype, shape, data } under 'weight', got null. ${typed}`],
    [
      new Map([['weight', { shape: [1], data: () => [] }]]),
      `{ dtype, shape, data } under 'weight', got object. ${typed}`,
    ],
  ] as const) {
    it(text, () => {
      const net = new nn.ReLU();
      expectError(() => net.loadStateDict(given as never), 'ZooError', `ReLU.loadStateDict: expected ${text}`);
    });
  }
});

describe('nn.init of what is no parameter', () => {
  const functions = [
    'uniform',
    'normal',
    'zeros',
    'ones',
    'constant',
    'xavierUniform',
    'xavierNormal',
    'kaimingUniform',
    'kaimingNormal',
  ] as const;
  for (const name of functions) {
    it(name, () => {
      for (const [given, text] of [
        [null, 'null'],
        [[1, 2], 'an array'],
        [{}, 'object'],
      ] as const) {
        const init = nn.init[name] as (parameter: unknown) => void;
        expectError(
          () => init(given),
          'ZooError',
          `init.${name}: expected a Parameter, such as layer.weight, got ${text}. ` +
            'Pass the parameter itself and not its value; a layer without a bias has null there.',
        );
      }
    });
  }

  it('and options that do not exist', () => {
    using linear = new nn.Linear(2, 2);
    const [normal, kaiming] = [loosely(nn.init.normal), loosely(nn.init.kaimingNormal)];
    const before = tf.memory().numTensors;
    expectError(
      () => normal(linear.weight, 0),
      'ZooError',
      'init.normal: expected an options object with mean, std, generator, got 0. Write { mean: 0 }.',
    );
    expectError(
      () => kaiming(linear.weight, { mode: 'fan' }),
      'ZooError',
      "init.kaimingNormal: expected mode to be fan_in or fan_out, got 'fan'. Choose one of these.",
    );
    expect(tf.memory().numTensors).to.equal(before);
  });
});

function loosely(fn: unknown): (...args: unknown[]) => void {
  return fn as (...args: unknown[]) => void;
}
