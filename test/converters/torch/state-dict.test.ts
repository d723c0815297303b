import { expect } from 'chai';
import { type PickleGlobal, PickleObject, readCheckpoint, TensorRef } from 'tfjs-zoo/converters';
import { extraOf } from '../../../converters/torch/extra.js';
import { moduleStateDict } from '../../../converters/torch/modules.js';
import { CheckpointError } from '../../../src/core/index.js';
import { expectGolden, fixturePath, golden, rejection } from '../support.js';

type Extra = Record<string, unknown>;

describe('findStateDict', () => {
  it('finds a state dict under a dotted key, and through lists and integers', async () => {
    const twice = (await readCheckpoint(fixturePath('nested-twice.pth'), { key: 'model.state_dict' })).stateDict;
    expectGolden(twice, 'nested-twice.pth');
    const { stateDict } = await readCheckpoint(fixturePath('two-models.pth'), { key: 'discriminator' });
    expect([...stateDict.keys()]).to.deep.equal(['d.w']);
    const adam = await readCheckpoint(fixturePath('training-p4.pth'), { key: 'optimizer.state.0' });
    expect([...adam.stateDict.keys()]).to.deep.equal(['step', 'exp_avg', 'exp_avg_sq']);
  });

  const wrong: [string, string | undefined, string][] = [
    [
      'two-models.pth',
      undefined,
      'expected a state dict (a dict of tensors), got the keys generator, discriminator, step. Name where it is with { key }',
    ],
    ['two-models.pth', 'nope', 'expected the key nope, got the keys generator, discriminator, step.'],
    ['two-models.pth', 'step', 'expected a state dict (a dict of tensors) under step, got number 5'],
    ['two-models.pth', 'step.x', 'expected the key step.x, got number 5'],
    ['no-tensors.pth', undefined, 'got the keys epoch, note'],
    ['bare-tensor.pth', undefined, 'got a tensor'],
  ];
  for (const [file, key, message] of wrong) {
    it(`refuses ${file} with key ${key}`, async () => {
      const error = await rejection(readCheckpoint(fixturePath(file), key === undefined ? {} : { key }));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.include(message);
    });
  }

  it('keeps a prefix that only some names have', async () => {
    const { stateDict } = await readCheckpoint(fixturePath('some-prefixed.pth'));
    expect([...stateDict.keys()]).to.deep.equal(['module.a', 'b']);
  });
});

describe('extra', () => {
  for (const file of ['training-p2.pth', 'training-p4.pth', 'training-p5.pth', 'training-legacy.pth']) {
    it(`of ${file} is all else, as plain values`, async () => {
      const { extra, stateDict } = await readCheckpoint(fixturePath(file));
      expect(stateDict.size).to.equal(golden[file]!.length);
      const rest = extra as Extra;
      expect(Object.getPrototypeOf(rest)).to.equal(null);
      expect([rest.epoch, rest.arch, rest.big, rest.negative]).to.deep.equal([7, 'tiny', 2n ** 70n, -(2 ** 40)]);
      expect(rest).to.not.have.property('state_dict');
      expect(rest.history).to.deep.equal([0.5, [1, 2], { a: new Set([1, 2]) }]);
      expect([rest.raw, rest.mutable]).to.deep.equal([new Uint8Array([0, 255]), new Uint8Array([97, 98])]);
      expect(rest.frozen).to.deep.equal(new Set([3]));
      expect(rest.by_index).to.deep.equal(
        new Map([
          [0, 'zero'],
          [1, 'one'],
        ]),
      );
      expect(rest.counts).to.deep.equal({ x: [1] });
      expect(rest.size).to.deep.equal([2, 3]);
      expect((rest.dtype as PickleGlobal).path).to.equal('torch.float32');
      const args = rest.args as PickleObject;
      expect([args.className, (args.state as Extra).lr, (args.state as Extra).gpu]).to.deep.equal([
        'argparse.Namespace',
        0.1,
        null,
      ]);
      expect(((args.state as Extra).data as PickleObject).className).to.equal('pathlib.PurePosixPath');
      expect(rest.best_acc1).to.be.instanceOf(TensorRef);
      const state = (rest.optimizer as Extra).state as Map<number, Extra>;
      expect((state.get(0)!.exp_avg as TensorRef).shape).to.deep.equal([2, 1, 3, 3]);
    });
  }

  it('cannot pollute a prototype', async () => {
    const { extra } = await readCheckpoint(fixturePath('training-p4.pth'));
    expect(Object.entries(extra as Extra).find(([key]) => key === '__proto__')![1]).to.deep.equal({ polluted: true });
    expect(({} as Extra).polluted).to.equal(undefined);
    expect((extra as Extra).polluted).to.equal(undefined);
  });

  it('keeps what a state dict holds beside tensors', async () => {
    expect((await readCheckpoint(fixturePath('mixed.pth'))).extra).to.deep.equal({ version: 3, note: 'hand-made' });
    expect((await readCheckpoint(fixturePath('nested-twice.pth'))).extra).to.deep.equal({ model: { version: 2 } });
    expect((await readCheckpoint(fixturePath('nested-model.pth'))).extra).to.deep.equal({ epoch: 1 });
    expect((await readCheckpoint(fixturePath('model.pth'))).extra).to.deep.equal({});
  });

  it('keeps shared and cyclic values, and nests without recursion', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const [copy, again] = extraOf([cyclic, cyclic], undefined).extra as [unknown[], unknown[]];
    expect(copy[0]).to.equal(copy);
    expect(again).to.equal(copy);
    let deep: unknown = 1;
    for (let depth = 0; depth < 200_000; depth++) deep = new Map([['a', deep]]);
    let plain = extraOf(deep, undefined).extra;
    for (let depth = 0; depth < 200_000; depth++) plain = (plain as Extra).a;
    expect(plain).to.equal(1);
  });
});

describe('moduleStateDict', () => {
  const module = (children: [string, unknown][]) => {
    const object = new PickleObject('net.Net');
    object.state = new Map<string, unknown>([
      ['_parameters', new Map()],
      ['_buffers', new Map()],
      ['_modules', new Map(children)],
    ]);
    return object;
  };

  it('refuses modules of endless names, and takes a child under a name that nests', () => {
    const state = (object: PickleObject) => object.state as Map<string, Map<unknown, unknown>>;
    const wide = module([]);
    for (let i = 0; i < 600_000; i++) state(wide).get('_buffers')!.set(i, null);
    expect(() =>
      moduleStateDict(
        module([
          ['a', wide],
          ['b', wide],
        ]),
      ),
    ).to.throw(CheckpointError, 'with 1000000 names of 16777216 characters together');
    const long = 'a'.repeat(2 ** 20);
    let deep = module([]);
    for (let depth = 0; depth < 20; depth++) deep = module([[long, deep]]);
    expect(() => moduleStateDict(deep)).to.throw(CheckpointError, 'of 16777216 characters together');
    let key: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) key = [key];
    const nested = module([]);
    state(nested).get('_modules')!.set(key, module([]));
    expect(moduleStateDict(nested).size).to.equal(0);
  });

  it('refuses modules that hold themselves or multiply', () => {
    const self = module([]);
    ((self.state as Map<string, Map<string, unknown>>).get('_modules') as Map<string, unknown>).set('a', self);
    expect(() => moduleStateDict(self)).to.throw(CheckpointError, 'at most 100000 modules nested 64 deep');
    let wide = module([]);
    for (let depth = 0; depth < 60; depth++)
      wide = module([
        ['a', wide],
        ['b', wide],
      ]);
    expect(() => moduleStateDict(wide)).to.throw(CheckpointError, 'at most 100000 modules nested 64 deep');
  });
});
