import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { nn, StateDictError } from 'tfjs-zoo';
import type { HostTensor, StateDict } from '../../src/core/index.js';
import { fromMemory, type LayoutName, toMemory } from '../../src/nn/layout.js';
import { Parameter } from '../../src/nn/parameter.js';
import { forEachBackend } from '../support/backends.js';
import { expectError, float32, Pair, valuesOf } from './support.js';

/** Floats that a copy by value would change: a NaN with a payload, a signalling NaN, −0, infinities, subnormals. */
const ODD_BITS = Int32Array.of(0x7fc12345, 0x7f812345, -0x80000000, 0x7f800000, -0x800000, 1, -0x7fffffff, 0x3f800001);

const bitsOf = ({ data }: HostTensor) => [...new Int32Array((data as Float32Array).slice().buffer)];

/** What a model's parameters are, before and after a load that fails. */
async function bitsOfAll(model: nn.AnyModule) {
  return [...(await model.stateDict())].map(([name, tensor]) => [name, Array.from(tensor.data, String)]);
}

function filled(shape: number[], value: number): HostTensor {
  return float32(shape, new Float32Array(shape.reduce((product, dim) => product * dim, 1)).fill(value));
}

describe('state dicts', () => {
  forEachBackend(() => {
    it('come back bit for bit, whatever the layout', async () => {
      using model = new nn.Sequential([
        ['conv', new nn.Conv2d(2, 2, [2, 1], { bias: false })],
        ['linear', new nn.Linear(4, 2, { bias: false })],
        ['norm', new nn.BatchNorm2d(8)],
      ]);
      const odd = () => new Float32Array(ODD_BITS.slice().buffer);
      const stateDict: StateDict = new Map<string, HostTensor>([
        ['conv.weight', { dtype: 'float32', shape: [2, 2, 2, 1], data: odd() }],
        ['linear.weight', { dtype: 'float32', shape: [2, 4], data: odd() }],
        ['norm.weight', { dtype: 'float32', shape: [8], data: odd() }],
        ['norm.bias', { dtype: 'float32', shape: [8], data: odd() }],
        ['norm.running_mean', { dtype: 'float32', shape: [8], data: odd() }],
        ['norm.running_var', { dtype: 'float32', shape: [8], data: odd() }],
        ['norm.num_batches_tracked', { dtype: 'int64', shape: [], data: BigInt64Array.of(2n ** 53n + 1n) }],
      ]);
      model.loadStateDict(stateDict);
      const saved = await model.stateDict();
      expect([...saved.keys()]).to.deep.equal([...stateDict.keys()]);
      for (const [name, tensor] of saved) {
        if (name.endsWith('tracked')) continue;
        expect(tensor.dtype).to.equal('float32');
        expect(tensor.shape).to.deep.equal(stateDict.get(name)!.shape);
        expect(bitsOf(tensor), name).to.deep.equal([...ODD_BITS]);
      }
      expect(saved.get('norm.num_batches_tracked')).to.deep.equal({
        dtype: 'int64',
        shape: [],
        data: BigInt64Array.of(2n ** 53n + 1n),
      });
    });

    it('take float16 and float64 sources, and copy what they are given', async () => {
      using model = new nn.Linear(2, 1);
      const weight = Float64Array.of(0.1, 1e-50);
      const bias = Float32Array.of(0.5);
      model.loadStateDict(
        new Map<string, HostTensor>([
          ['weight', { dtype: 'float64', shape: [1, 2], data: weight }],
          ['bias', { dtype: 'float16', shape: [1], data: bias }],
        ]),
      );
      weight[0] = 7;
      bias[0] = 7;
      const saved = await model.stateDict();
      expect(saved.get('weight')).to.deep.equal(float32([1, 2], [Math.fround(0.1), 0]));
      expect(saved.get('bias')).to.deep.equal(float32([1], [0.5]));
      saved.get('bias')!.data[0] = 9;
      expect(await valuesOf(model.bias!.value)).to.deep.equal([0.5]);
    });

    it('are snapshots: training goes on meanwhile', async () => {
      using model = new nn.Sequential(new nn.Linear(1, 1, { bias: false }), new nn.BatchNorm1d(1));
      model.loadStateDict(new Map([['0.weight', float32([1, 1], [1])]]), { strict: false });
      const reading = model.stateDict();
      const two = tf.tensor2d([[2]]);
      (model[0] as nn.Linear).weight.value.assign(two);
      tf.tidy(() => {
        model.forward(tf.tensor2d([[1], [3]]));
      });
      model.loadStateDict(new Map([['1.weight', float32([1], [5])]]), { strict: false });
      const saved = await reading;
      expect([...saved.get('0.weight')!.data]).to.deep.equal([1]);
      expect([...saved.get('1.weight')!.data]).to.deep.equal([1]);
      expect([...saved.get('1.running_mean')!.data]).to.deep.equal([0]);
      expect([...saved.get('1.num_batches_tracked')!.data]).to.deep.equal([0n]);
      const later = await model.stateDict();
      expect([...later.get('0.weight')!.data]).to.deep.equal([2]);
      expect([...later.get('1.num_batches_tracked')!.data]).to.deep.equal([1n]);
      two.dispose();
    });

    it('outlive the module, and tidies around the call', async () => {
      const model = new nn.Linear(1, 1);
      let reading = Promise.resolve<StateDict>(new Map());
      tf.tidy(() => {
        reading = model.stateDict();
      });
      model.dispose();
      expect((await reading).size).to.equal(2);
    });

    it('report everything that is wrong at once, and change nothing', async () => {
      using model = new Pair(new nn.Linear(2, 3), new nn.Conv2d(1, 2, 3));
      const before = await bitsOfAll(model);
      const wrong: StateDict = new Map([
        ['first.weight', filled([3, 2], 1)],
        ['second.weight', filled([2, 2, 3, 3], 1)],
        ['second.bias', filled([1, 2], 1)],
        ['third.weight', filled([1], 1)],
        ['__proto__', filled([1], 1)],
        ['constructor', filled([1], 1)],
      ]);
      for (const strict of [true, false]) {
        let error: StateDictError | undefined;
        try {
          model.loadStateDict(wrong, { strict });
        } catch (caught) {
          error = caught as StateDictError;
        }
        expect(error).to.be.instanceOf(StateDictError);
        expect(error!.missing).to.deep.equal(['first.bias']);
        expect(error!.unexpected).to.deep.equal(['third.weight', '__proto__', 'constructor']);
        expect(error!.mismatched).to.deep.equal([
          { name: 'second.weight', expected: [2, 1, 3, 3], actual: [2, 2, 3, 3] },
          { name: 'second.bias', expected: [2], actual: [1, 2] },
        ]);
        expect(error!.message).to.equal(
          "Pair.loadStateDict: expected a state dict with this model's names and shapes, got 1 missing: first.bias; " +
            '3 unexpected: third.weight, __proto__, constructor; 2 of another shape: ' +
            'second.weight (expected [2, 1, 3, 3], got [2, 2, 3, 3]), second.bias (expected [2], got [1, 2]). ' +
            'Build the model with the sizes of the checkpoint, or leave those entries out and pass { strict: false }.',
        );
        expect(await bitsOfAll(model)).to.deep.equal(before);
      }
    });

    it('load what matches when they are not strict, and say what did not', async () => {
      using model = new nn.Linear(2, 1);
      const before = await bitsOfAll(model);
      const partial: StateDict = new Map([
        ['bias', filled([1], 4)],
        ['__proto__', filled([1], 1)],
      ]);
      expectError(
        () => model.loadStateDict(partial),
        'StateDictError',
        "Linear.loadStateDict: expected a state dict with this model's names and shapes, got 1 missing: weight; " +
          '1 unexpected: __proto__. Check that the checkpoint is of this architecture, or pass { strict: false } to load what matches.',
      );
      expect(await bitsOfAll(model)).to.deep.equal(before);
      expect(model.loadStateDict(partial, { strict: false })).to.deep.equal({
        missing: ['weight'],
        unexpected: ['__proto__'],
      });
      expect(await valuesOf(model.bias!.value)).to.deep.equal([4]);
      expect(model.loadStateDict(await model.stateDict())).to.deep.equal({ missing: [], unexpected: [] });
    });

    it('keep a long list of names short in the text and whole in the fields', () => {
      using model = new nn.Identity() as nn.Module;
      const many: StateDict = new Map(Array.from({ length: 10 }, (_, i) => [`e${i}`, filled([1], 0)]));
      expectError(
        () => model.loadStateDict(many),
        'StateDictError',
        "Identity.loadStateDict: expected a state dict with this model's names and shapes, got 10 unexpected: " +
          'e0, e1, e2, e3, e4, e5, e6, e7 and 2 more. Check that the checkpoint is of this architecture, or pass ' +
          '{ strict: false } to load what matches.',
      );
    });

    it('refuse entries whose values do not fill their shape, and change nothing', async () => {
      using model = new Pair(new nn.Linear(2, 1), new nn.BatchNorm1d(1));
      const before = await bitsOfAll(model);
      const stateDict = await model.stateDict();
      stateDict.set('first.weight', filled([1, 2], 9));
      stateDict.set('first.bias', float32([1], [1, 2]));
      stateDict.set('second.num_batches_tracked', { dtype: 'int64', shape: [1], data: new BigInt64Array(0) });
      expectError(
        () => model.loadStateDict(stateDict),
        'ShapeError',
        'Pair.loadStateDict: expected as many values as each shape says, got 2 broken: first.bias [1] with 2 values, ' +
          'second.num_batches_tracked [1] with 0 values. Correct the data or the shapes.',
      );
      expect(await bitsOfAll(model)).to.deep.equal(before);
      expectError(
        () =>
          model
            .namedStates()
            .get('first.weight')!
            .load(float32([1, 2], [1])),
        'ShapeError',
        'Parameter: expected 2 values for shape [1, 2], got 1. Correct the data or the shape.',
      );
    });

    it('may lack num_batches_tracked, or hold it as old files do', async () => {
      using model = new nn.BatchNorm2d(1);
      const stateDict = await model.stateDict();
      stateDict.delete('num_batches_tracked');
      expect(model.loadStateDict(stateDict)).to.deep.equal({ missing: [], unexpected: [] });
      const counts: [HostTensor, bigint][] = [
        [{ dtype: 'int64', shape: [1], data: BigInt64Array.of(7n) }, 7n],
        [{ dtype: 'int32', shape: [], data: Int32Array.of(8) }, 8n],
        [{ dtype: 'float32', shape: [], data: Float32Array.of(9.75) }, 9n],
        [{ dtype: 'float32', shape: [], data: Float32Array.of(Number.NaN) }, 0n],
      ];
      for (const [tensor, count] of counts) {
        stateDict.set('num_batches_tracked', tensor);
        model.loadStateDict(stateDict);
        expect(model.num_batches_tracked!.value).to.equal(count);
      }
      expect((await model.stateDict()).get('num_batches_tracked')!.shape).to.deep.equal([]);
    });

    it('turn int64 entries into the int32 of a buffer', async () => {
      class Steps extends nn.Module {
        readonly typeName = 'Steps';
        readonly steps = new nn.Buffer(tf.zeros([2], 'int32'));
        readonly flags = new nn.Buffer(tf.zeros([2], 'bool'));
        forward(x: tf.Tensor): tf.Tensor {
          return tf.clone(x);
        }
      }
      using model = new Steps();
      model.loadStateDict(
        new Map<string, HostTensor>([
          ['steps', { dtype: 'int64', shape: [2], data: BigInt64Array.of(-3n, 5n) }],
          ['flags', { dtype: 'uint8', shape: [2], data: Uint8Array.of(0, 3) }],
        ]),
      );
      const saved = await model.stateDict();
      expect(saved.get('steps')).to.deep.equal({ dtype: 'int32', shape: [2], data: Int32Array.of(-3, 5) });
      expect(saved.get('flags')).to.deep.equal({ dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) });
    });

    it('complete lazy modules', async () => {
      using eager = new nn.Sequential(new nn.Conv2d(2, 3, 2), new nn.BatchNorm2d(3), new nn.Linear(3, 4));
      using lazy = new nn.Sequential(new nn.LazyConv2d(3, 2), new nn.LazyBatchNorm2d(), new nn.LazyLinear(4));
      lazy.loadStateDict(await eager.stateDict());
      expect(String(lazy)).to.equal(String(eager));
      expect(await bitsOfAll(lazy)).to.deep.equal(await bitsOfAll(eager));
      using wrong = new nn.LazyConv2d(3, 2);
      expectError(
        () => wrong.loadStateDict(new Map([['weight', filled([4, 2, 2, 2], 0)]]), { strict: false }),
        'StateDictError',
        "LazyConv2d.loadStateDict: expected a state dict with this model's names and shapes, got 1 missing: bias; " +
          '1 of another shape: weight (expected [3, ?, 2, 2], got [4, 2, 2, 2]). ' +
          'Build the model with the sizes of the checkpoint, or leave those entries out and pass { strict: false }.',
      );
    });

    it('come back for every layout and size', async () => {
      const layouts: [LayoutName, number][] = [
        ['conv2d', 4],
        ['linear', 2],
        ['plain', 3],
      ];
      const cases = fc.constantFrom(...layouts).chain(([layout, rank]) =>
        fc.record({
          layout: fc.constant(layout),
          shape: fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(1, 33, 40)), {
            minLength: rank,
            maxLength: rank,
          }),
        }),
      );
      await fc.assert(
        fc.asyncProperty(cases, async ({ layout, shape }) => {
          const size = shape.reduce((product, dim) => product * dim, 1);
          fc.pre(size <= 40000);
          // Any bits at all, NaNs of every kind among them.
          const bits = Int32Array.from({ length: size }, (_, i) => Math.imul(i + 1, 0x9e3779b1));
          const tensor: HostTensor = { dtype: 'float32', shape, data: new Float32Array(bits.buffer) };
          const parameter = new Parameter({ shape, layout, init: () => new Float32Array(size) });
          parameter.load(tensor);
          const back = await parameter.snapshot()();
          parameter.dispose();
          expect(back.shape).to.deep.equal(shape);
          expect(bitsOf(back)).to.deep.equal([...bits]);
        }),
        { numRuns: 60 },
      );
    });
  });
});

describe('layouts', () => {
  it('put OIHW filters as HWIO and [out, in] matrices as [in, out]', () => {
    const matrix = Float32Array.of(1, 2, 3, 4, 5, 6); // [2, 3]
    expect([...toMemory('linear', matrix, [2, 3])]).to.deep.equal([1, 4, 2, 5, 3, 6]);
    const filters = Float32Array.from({ length: 12 }, (_, i) => i); // [O 2, I 3, H 1, W 2]
    expect([...toMemory('conv2d', filters, [2, 3, 1, 2])]).to.deep.equal([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
    expect([...fromMemory('conv2d', toMemory('conv2d', filters, [2, 3, 1, 2]), [2, 3, 1, 2])]).to.deep.equal([
      ...filters,
    ]);
  });

  it('read a view into a larger buffer', () => {
    const view = new Float32Array(Float32Array.of(9, 1, 2, 3, 4).buffer, 4);
    expect([...toMemory('linear', view, [2, 2])]).to.deep.equal([1, 3, 2, 4]);
  });
});
