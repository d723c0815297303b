import { expect } from 'chai';
import { training, ZooError } from 'tfjs-zoo';
import { optimizerOfTwo } from './golden.js';

const rates = (optimizer: training.Optimizer) => optimizer.paramGroups.map(({ lr }) => lr);

describe('schedulers', () => {
  it('multiply the rates at first by what functions say', () => {
    const optimizer = optimizerOfTwo();
    const scheduler = new training.LambdaLR(optimizer, [(epoch) => 1 / (epoch + 1), (epoch) => epoch]);
    expect(scheduler.getLastLr()).to.deep.equal([0.1, 0]);
    for (let epoch = 0; epoch < 4; epoch++) scheduler.step();
    expect(rates(optimizer)).to.deep.equal([0.1 * (1 / 5), 0.02 * 4]);
    expect(scheduler.stateDict().lr_lambdas).to.deep.equal([null, null]);
    new training.LambdaLR(optimizer, () => 3);
    expect(rates(optimizer)).to.deep.equal([0.1 * 3, 0.02 * 3]);
  });

  it("spell their state as PyTorch's", () => {
    const optimizer = optimizerOfTwo();
    const scheduler = new training.SequentialLR(
      optimizer,
      [new training.LinearLR(optimizer, { startFactor: 0.5 }), new training.CosineAnnealingLR(optimizer, 7)],
      [5],
    );
    const common = { base_lrs: [0.1, 0.02], _last_lr: [0.05, 0.01] };
    expect(scheduler.stateDict()).to.deep.equal({
      last_epoch: 0,
      _last_lr: [0.05, 0.01],
      _milestones: [5],
      _schedulers: [
        { ...common, last_epoch: 0, start_factor: 0.5, end_factor: 1, total_iters: 5, _step_count: 1 },
        { ...common, last_epoch: -1, T_max: 7, eta_min: 0, _step_count: 0 },
      ],
    });
    const multiStep = new training.MultiStepLR(optimizerOfTwo(), [3, 5, 5]).stateDict();
    expect([...(multiStep.milestones as Map<number, number>)]).to.deep.equal([
      [3, 1],
      [5, 2],
    ]);
    expect(Object.keys(new training.ReduceLROnPlateau(optimizerOfTwo()).stateDict()).sort()).to.deep.equal([
      '_last_lr',
      'best',
      'cooldown',
      'cooldown_counter',
      'eps',
      'factor',
      'last_epoch',
      'min_lrs',
      'mode',
      'num_bad_epochs',
      'patience',
      'threshold',
      'threshold_mode',
    ]);
  });

  it('go on after an epoch, from rates that are there', () => {
    const optimizer = optimizerOfTwo();
    for (const group of optimizer.paramGroups) group.initialLr = 1;
    const scheduler = new training.ExponentialLR(optimizer, 0.5, { lastEpoch: 4 });
    expect([scheduler.lastEpoch, rates(optimizer)]).to.deep.equal([5, [0.1, 0.02]]);
    scheduler.step();
    expect(rates(optimizer)).to.deep.equal([0.05, 0.01]);
    const linear = new training.LinearLR(optimizer, { startFactor: 0.5, lastEpoch: 1 });
    expect(linear.getLastLr()).to.deep.equal([0.05, 0.01]);
    const cosine = new training.CosineAnnealingLR(optimizer, 10, { lastEpoch: 3 });
    expect([cosine.baseLrs, cosine.getLastLr()]).to.deep.equal([
      [1, 1],
      [0.05, 0.01],
    ]);
  });

  it('schedule a group that is added later', () => {
    const optimizer = optimizerOfTwo();
    const step = new training.StepLR(optimizer, 1, { gamma: 0.5 });
    const plateau = new training.ReduceLROnPlateau(optimizer, { patience: 0, minLr: 0.01 });
    optimizer.addParamGroup({ params: [], lr: 8 });
    step.step();
    expect(rates(optimizer)).to.deep.equal([0.05, 0.01, 4]);
    plateau.step(1);
    plateau.step(1);
    expect(rates(optimizer)).to.deep.equal([0.01, 0.01, 0.4]);
  });

  it('take milestones that were an object on their way', () => {
    const scheduler = new training.MultiStepLR(optimizerOfTwo(), [3]);
    scheduler.loadStateDict({ ...scheduler.stateDict(), milestones: { 1: 2 } });
    scheduler.step();
    expect(scheduler.getLastLr()[0]).to.be.closeTo(0.001, 1e-15);
  });

  it('give copies', () => {
    const optimizer = optimizerOfTwo();
    const scheduler = new training.StepLR(optimizer, 5);
    scheduler.getLastLr()[0] = 7;
    (scheduler.stateDict().base_lrs as number[])[0] = 7;
    expect([scheduler.getLastLr()[0], scheduler.baseLrs[0]]).to.deep.equal([0.1, 0.1]);
  });
});

describe('schedulers refuse', () => {
  const refused: [what: string, build: (optimizer: training.SGD) => unknown, text: string][] = [
    [
      'what is no optimizer',
      () => new training.StepLR({} as never, 5),
      'StepLR: expected an optimizer, got object. Give one such as new training.SGD(…).',
    ],
    ['half a step', (o) => new training.StepLR(o, 2.5), 'StepLR: expected stepSize to be a positive integer, got 2.5.'],
    [
      'steps of 0',
      (o) => new training.StepLR(o, 0, { gamma: 'x' as never }),
      "stepSize to be a positive integer, gamma to be a number, got 0, 'x'.",
    ],
    ["PyTorch's positional gamma", (o) => new training.StepLR(o, 5, 0.1 as never), 'got 0.1. Write { gamma: 0.1 }.'],
    ["PyTorch's spelling", (o) => new training.StepLR(o, 5, { last_epoch: 3 } as never), 'Did you mean lastEpoch?'],
    [
      'an epoch that is none',
      (o) => new training.StepLR(o, 5, { lastEpoch: '3' as never }),
      "StepLR: expected lastEpoch to be a number, got '3'.",
    ],
    [
      'to go on without rates to begin with',
      (o) => new training.StepLR(o, 5, { lastEpoch: 3 }),
      "StepLR: expected initialLr in group 0 to go on after epoch 3, got none. Load the optimizer's state first,",
    ],
    [
      'one milestone',
      (o) => new training.MultiStepLR(o, 30 as never),
      'MultiStepLR: expected milestones to be an array of numbers, got 30. Give the epochs, as in [30, 80].',
    ],
    ['milestones that are none', (o) => new training.MultiStepLR(o, [3, '5'] as never), "got [3, '5']."],
    [
      'a gamma that is none',
      (o) => new training.MultiStepLR(o, [3], { gamma: true as never }),
      'expected gamma to be a number, got true.',
    ],
    [
      'no gamma',
      (o) => new training.ExponentialLR(o, undefined as never),
      'ExponentialLR: expected gamma to be a number, got undefined.',
    ],
    [
      'no period',
      (o) => new training.CosineAnnealingLR(o, 0),
      'CosineAnnealingLR: expected tMax to be a positive integer, got 0.',
    ],
    [
      'factors out of range',
      (o) => new training.LinearLR(o, { startFactor: 0, endFactor: 1.5, totalIters: -1 }),
      'LinearLR: expected startFactor to be a number above 0 and up to 1, endFactor to be a number from 0 to 1, totalIters to be a whole number of at least 0, got 0, 1.5, -1.',
    ],
    [
      'a factor from which there is no way back',
      (o) => new training.ConstantLR(o, { factor: 0 }),
      'ConstantLR: expected factor to be a number above 0 and up to 1, got 0.',
    ],
    [
      'too few functions',
      (o) => new training.LambdaLR(o, [() => 1]),
      'LambdaLR: expected one function, or 2, one for each group, got [function]. Give (epoch) => factor.',
    ],
    ['a factor for a function', (o) => new training.LambdaLR(o, 0.5 as never), 'got 0.5. Give (epoch) => factor.'],
    [
      'no schedules',
      (o) => new training.SequentialLR(o, [], []),
      'SequentialLR: expected an array of schedules of this optimizer (StepLR, CosineAnnealingLR …), got an empty one.',
    ],
    [
      'no array of schedules',
      (o) => new training.SequentialLR(o, undefined as never, []),
      'got undefined. Build all for the same optimizer.',
    ],
    [
      'schedules that are none, or of another optimizer',
      (o) =>
        new training.SequentialLR(
          o,
          [
            new training.StepLR(optimizerOfTwo(), 1),
            new training.ReduceLROnPlateau(o) as never,
            new training.StepLR(o, 1),
          ],
          [],
        ),
      'got one of another optimizer at 0, no such schedule at 1.',
    ],
    [
      'too many milestones',
      (o) => new training.SequentialLR(o, [new training.StepLR(o, 1)], [5]),
      'SequentialLR: expected 0 milestones, one fewer than schedules, got [5]. Give the epoch at which each but the first begins.',
    ],
    [
      'a factor of 1',
      (o) => new training.ReduceLROnPlateau(o, { factor: 1 }),
      'ReduceLROnPlateau: expected factor to be a number below 1, got 1.',
    ],
    [
      'modes that do not exist',
      (o) => new training.ReduceLROnPlateau(o, { mode: 'mean' as never, thresholdMode: 'relative' as never }),
      "expected mode to be 'min' or 'max', thresholdMode to be 'rel' or 'abs', got 'mean', 'relative'.",
    ],
    [
      'too few smallest rates',
      (o) => new training.ReduceLROnPlateau(o, { minLr: [0.1] }),
      'ReduceLROnPlateau: expected minLr to be a number, or 2, one for each group, got [0.1]. Give as many as there are groups.',
    ],
    [
      'a tensor for a metric',
      (o) => new training.ReduceLROnPlateau(o).step({} as never),
      'ReduceLROnPlateau.step: expected the metric as a number, got object. Read a tensor with (await loss.data())[0].',
    ],
    [
      'a group that came later and has no smallest rate',
      (o) => {
        const scheduler = new training.ReduceLROnPlateau(o, { minLr: [0.1, 0.2], patience: 0 });
        o.addParamGroup({ params: [] });
        scheduler.step(1);
        scheduler.step(1);
      },
      'ReduceLROnPlateau: expected minLr to be a number, or 3, one for each group, got [0.1, 0.2].',
    ],
  ];
  for (const [what, build, text] of refused) {
    it(what, () => {
      expect(() => build(optimizerOfTwo())).to.throw(ZooError, text);
    });
  }

  it('a state that does not fit, and list all that is wrong', () => {
    const scheduler = new training.StepLR(optimizerOfTwo(), 5);
    const before = scheduler.stateDict();
    const saved = {
      ...new training.ExponentialLR(optimizerOfTwo(), 0.5).stateDict(),
      base_lrs: [1],
      last_epoch: '3',
      gamma: new Map(),
    };
    expect(() => scheduler.loadStateDict(saved)).to.throw(
      ZooError,
      'StepLR.loadStateDict: expected the state of a StepLR for 2 groups, got 1 missing: step_size; ' +
        '3 wrong: last_epoch (expected number, got string), base_lrs (expected 2 numbers, got 1 numbers), gamma (expected number, got a dict). ' +
        'Load it into the kind of scheduler that it was saved from.',
    );
    expect(() => scheduler.loadStateDict(undefined as never)).to.throw(
      ZooError,
      '4 missing: last_epoch, base_lrs, step_size, gamma.',
    );
    expect(scheduler.stateDict()).to.deep.equal(before);
  });

  it('states of other schedules in a sequence, before anything is changed', () => {
    const sequence = () => {
      const optimizer = optimizerOfTwo();
      return new training.SequentialLR(
        optimizer,
        [new training.StepLR(optimizer, 1), new training.StepLR(optimizer, 2)],
        [3],
      );
    };
    const scheduler = sequence();
    const before = scheduler.stateDict();
    const saved = sequence();
    saved.step();
    const state = saved.stateDict();
    const [first] = state._schedulers as object[];
    const cases: [state: object, text: string][] = [
      [
        { ...state, _schedulers: [first] },
        'SequentialLR.loadStateDict: expected the states of 2 schedulers, got 1. Build it of',
      ],
      [{ ...state, _schedulers: undefined }, 'expected the states of 2 schedulers, got undefined.'],
      [
        { ...state, _schedulers: [first, {}] },
        'StepLR.loadStateDict: expected the state of a StepLR for 2 groups, got 4 missing',
      ],
      [{ ...state, _milestones: [1, 2] }, 'SequentialLR: expected 1 milestones, one fewer than schedules, got [1, 2].'],
    ];
    for (const [wrong, text] of cases) expect(() => scheduler.loadStateDict(wrong)).to.throw(ZooError, text);
    expect(scheduler.stateDict()).to.deep.equal(before);
  });

  it('a mode that does not exist in a state', () => {
    const scheduler = new training.ReduceLROnPlateau(optimizerOfTwo());
    const saved = { ...scheduler.stateDict(), mode: 'mean' };
    expect(() => scheduler.loadStateDict(saved)).to.throw(
      ZooError,
      "ReduceLROnPlateau.loadStateDict: expected mode to be 'min' or 'max', got 'mean'.",
    );
  });
});
