import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn, StateDictError, training, ZooError } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { float32 } from '../../nn/support.js';
import { fixture } from './golden.js';

interface Saved {
  state: Map<unknown, Record<string, unknown>>;
  param_groups: Record<string, unknown>[];
}

/** An Adam of two parameters, [2, 3] and [2], that has taken a step. */
async function adamAndState(): Promise<{ optimizer: training.Adam; saved: Saved }> {
  const weight = new nn.Parameter(tf.ones([3, 2]), { layout: 'linear' });
  const bias = new nn.Parameter(tf.ones([2]));
  const optimizer = new training.Adam([weight, bias], { lr: 0.1 });
  tf.tidy(() =>
    optimizer.step(
      new Map([
        [weight, tf.ones([3, 2])],
        [bias, tf.ones([2])],
      ]),
    ),
  );
  return { optimizer, saved: structuredClone(await optimizer.stateDict()) as unknown as Saved };
}

describe('loadStateDict of an optimizer', () => {
  before(() => backends.use('cpu'));

  const refused: [what: string, change: (saved: Saved) => unknown, text: string][] = [
    [
      'nothing',
      () => undefined,
      'Adam.loadStateDict: expected a dict with state and param_groups, got undefined. Pass what stateDict gave.',
    ],
    ['a promise', () => Promise.resolve({}), 'got a Promise. Await it first.'],
    [
      'a whole checkpoint',
      (optimizer) => ({ model: new Map(), optimizer }),
      'expected a dict with state and param_groups, got one with model, optimizer. Pass',
    ],
    ['an empty dict', () => new Map(), 'got one with nothing.'],
    ['groups that are none', (saved) => ({ ...saved, param_groups: [3] }), 'got one with state, param_groups.'],
    [
      'another number of groups',
      ({ state, param_groups }) => ({ state, param_groups: [...param_groups, { ...param_groups[0], params: [2] }] }),
      'Adam.loadStateDict: expected parameter groups of the sizes [2], got [2, 1]. Build the optimizer with the groups that it had',
    ],
    [
      'a group of another size',
      (saved) => {
        saved.param_groups[0]!.params = [0];
        return saved;
      },
      'expected parameter groups of the sizes [2], got [1].',
    ],
    [
      'a group without parameters',
      (saved) => {
        delete saved.param_groups[0]!.params;
        return saved;
      },
      'got [0].',
    ],
  ];
  for (const [what, change, text] of refused) {
    it(`refuses ${what}`, async () => {
      const { optimizer, saved } = await adamAndState();
      expect(() => optimizer.loadStateDict(change(saved) as object)).to.throw(ZooError, text);
    });
  }

  it('lists all that does not fit, and changes nothing', async () => {
    const { optimizer, saved } = await adamAndState();
    const before = await optimizer.stateDict();
    const [first, second] = [saved.state.get(0)!, saved.state.get(1)!];
    first.exp_avg = float32([3, 2], [1, 2, 3, 4, 5, 6]);
    first.exp_avg_sq = float32([2, 3], [1, 2]);
    first.momentum_buffer = float32([2, 3], [1, 2, 3, 4, 5, 6]);
    second.step = -1;
    delete second.exp_avg;
    second.exp_avg_sq = 'much';
    saved.state.set(7, {});
    const group = saved.param_groups[0]!;
    delete group.lr;
    group.betas = [0.9, 2];
    group.eps = null;
    let error: StateDictError | undefined;
    try {
      optimizer.loadStateDict(saved);
    } catch (thrown) {
      error = thrown as StateDictError;
    }
    expect(error).to.be.instanceOf(StateDictError);
    expect(error!.missing).to.deep.equal(['param_groups.0.lr', 'state.1.exp_avg']);
    expect(error!.unexpected).to.deep.equal(['state.0.momentum_buffer', 'state.7']);
    expect(error!.mismatched).to.deep.equal([{ name: 'state.0.exp_avg', expected: [2, 3], actual: [3, 2] }]);
    expect(error!.message).to.equal(
      'Adam.loadStateDict: expected the state of this optimizer and these parameters, got ' +
        '2 missing: param_groups.0.lr, state.1.exp_avg; ' +
        '2 unexpected: state.0.momentum_buffer, state.7; ' +
        '1 of another shape: state.0.exp_avg (expected [2, 3], got [3, 2]); ' +
        '5 wrong: param_groups.0.betas (expected two numbers from 0 to below 1, got [0.9, 2]), ' +
        'param_groups.0.eps (expected a number of at least 0, got null), ' +
        'state.0.exp_avg_sq (expected 6 values, got 2), ' +
        'state.1.step (expected a number of steps, got -1), ' +
        "state.1.exp_avg_sq (expected a tensor, got 'much'). " +
        'Load it into the kind of optimizer that it was saved from, built for the same model.',
    );
    expect(await optimizer.stateDict()).to.deep.equal(before);
  });

  it('refuses the state of another kind of optimizer', async () => {
    const { saved } = await adamAndState();
    const sgd = new training.SGD([new nn.Parameter(tf.ones([2, 3])), new nn.Parameter(tf.ones([2]))]);
    expect(() => sgd.loadStateDict(saved)).to.throw(
      StateDictError,
      'SGD.loadStateDict: expected the state of this optimizer and these parameters, got ' +
        '2 missing: param_groups.0.momentum, param_groups.0.dampening; ' +
        '6 unexpected: state.0.step, state.0.exp_avg, state.0.exp_avg_sq, state.1.step, state.1.exp_avg, state.1.exp_avg_sq.',
    );
  });

  it('tells of tensors that were not read', async () => {
    const { extra } = await readCheckpoint(fixture('../checkpoints/training-p4.pth'));
    const saved = (extra as { optimizer: Saved }).optimizer;
    const params = (saved.param_groups[0]!.params as number[]).map(() => new nn.Parameter(tf.zeros([2])));
    const optimizer = new training.Adam(params);
    expect(() => optimizer.loadStateDict(saved)).to.throw(
      StateDictError,
      'state.0.exp_avg (expected a tensor, got a tensor that was not read)',
    );
  });

  it('takes what older versions of PyTorch wrote: numbers of steps, None, no flags; and rates that are tensors', async () => {
    const { optimizer, saved } = await adamAndState();
    for (const kept of saved.state.values()) Object.assign(kept, { step: 5, max_exp_avg_sq: null });
    const group = saved.param_groups[0]!;
    for (const flag of ['amsgrad', 'maximize', 'foreach', 'fused', 'capturable', 'differentiable']) delete group[flag];
    group.lr = float32([], [0.5]);
    group.lr_scale = 0.75;
    optimizer.loadStateDict(saved);
    const { params: _, ...options } = optimizer.paramGroups[0]!;
    expect(options).to.deep.include({ lr: 0.5, amsgrad: false, foreach: null, lrScale: 0.75 });
    const { state, param_groups } = await optimizer.stateDict();
    expect(state.get(0)!.step).to.deep.equal(float32([], [5]));
    expect(param_groups[0]!.lr_scale).to.equal(0.75);
    optimizer.dispose();
  });

  it('maps parameters by the numbers of the file', async () => {
    const { optimizer, saved } = await adamAndState();
    saved.param_groups[0]!.params = [4, 9];
    saved.state = new Map([
      [9, saved.state.get(1)!],
      [4, saved.state.get(0)!],
    ]);
    optimizer.loadStateDict(saved);
    const { state } = await optimizer.stateDict();
    expect(state.get(0)!.exp_avg!.shape).to.deep.equal([2, 3]);
    expect(state.get(1)!.exp_avg!.shape).to.deep.equal([2]);
  });

  it('is not led astray by names of JavaScript', async () => {
    const { optimizer, saved } = await adamAndState();
    Object.assign(saved.state.get(0)!, { constructor: float32([2, 3], [1, 2, 3, 4, 5, 6]), toString: null });
    saved.param_groups[0] = JSON.parse(`{"__proto__": {"lr": 1}, ${JSON.stringify(saved.param_groups[0]).slice(1)}`);
    delete saved.param_groups[0]!.lr;
    expect(() => optimizer.loadStateDict(saved)).to.throw(
      StateDictError,
      'got 1 missing: param_groups.0.lr; 1 unexpected: state.0.constructor.',
    );
  });
});
