import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError, Pair, valuesOf } from './support.js';

/** State of every kind, and children between it, to see in which order a module tells them. */
class Mixed extends nn.Module {
  get typeName(): string {
    return 'Mixed';
  }

  readonly running = new nn.Buffer(tf.zeros([2]));
  readonly inner = new nn.BatchNorm2d(3);
  readonly scale = new nn.Parameter(tf.ones([2]));
  readonly scratch = new nn.Buffer(tf.zeros([1]), { persistent: false });
  readonly steps = new nn.Buffer(tf.tensor([7, 8], [2], 'int32'));
  readonly last = new nn.Linear(2, 1);
  readonly missing: nn.Linear | null = null;

  forward(x: tf.Tensor): tf.Tensor {
    return this.last.forward(x);
  }
}

class WithExtra extends nn.Module {
  readonly typeName = 'WithExtra';
  readonly lines: string;
  readonly child: nn.AnyModule | null;

  constructor(lines: string, child: nn.AnyModule | null) {
    super();
    this.lines = lines;
    this.child = child;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.clone(x);
  }

  override extraRepr(): string {
    return this.lines;
  }
}

const names = (entries: Iterable<[string, unknown]>) => [...entries].map(([name]) => name);

describe('Module', () => {
  before(() => backends.use('cpu'));

  describe('what is inside, in the order of PyTorch', () => {
    it('lists parameters, buffers, children and modules', () => {
      using model = new Mixed();
      expect(names(model.namedParameters())).to.deep.equal([
        'scale',
        'inner.weight',
        'inner.bias',
        'last.weight',
        'last.bias',
      ]);
      expect(names(model.namedBuffers())).to.deep.equal([
        'running',
        'scratch',
        'steps',
        'inner.running_mean',
        'inner.running_var',
        'inner.num_batches_tracked',
      ]);
      expect(names(model.namedChildren())).to.deep.equal(['inner', 'last']);
      expect(names(model.namedModules())).to.deep.equal(['', 'inner', 'last']);
      expect(names(model.namedModules('net'))).to.deep.equal(['net', 'net.inner', 'net.last']);
      expect([...model.parameters()]).to.have.length(5);
      expect([...model.buffers()]).to.have.length(6);
      expect([...model.children()]).to.deep.equal([model.inner, model.last]);
      expect([...model.modules()]).to.deep.equal([model, model.inner, model.last]);
    });

    it('puts parameters before buffers in the state dict, and leaves out what is not persistent', async () => {
      using model = new Mixed();
      const state = await model.stateDict();
      expect([...state.keys()]).to.deep.equal([
        'scale',
        'running',
        'steps',
        'inner.weight',
        'inner.bias',
        'inner.running_mean',
        'inner.running_var',
        'inner.num_batches_tracked',
        'last.weight',
        'last.bias',
      ]);
      expect(state.get('steps')).to.deep.equal({ dtype: 'int32', shape: [2], data: Int32Array.of(7, 8) });
    });

    it('visits shared modules and parameters once, and saves them under each name', async () => {
      const shared = new nn.Linear(2, 2);
      using model = new Pair(shared, new nn.Sequential(shared, new nn.ReLU()));
      expect(names(model.namedModules())).to.deep.equal(['', 'first', 'second', 'second.1']);
      expect(names(model.namedParameters())).to.deep.equal(['first.weight', 'first.bias']);
      expect([...(await model.stateDict()).keys()]).to.deep.equal([
        'first.weight',
        'first.bias',
        'second.0.weight',
        'second.0.bias',
      ]);
      using twice = new Pair(shared, shared);
      expect(names(twice.namedChildren())).to.deep.equal(['first']);
      expect(String(twice)).to.equal(
        'Pair(\n  (first): Linear(in_features=2, out_features=2, bias=True)\n' +
          '  (second): Linear(in_features=2, out_features=2, bias=True)\n)',
      );
    });

    it('finds a parameter that two modules share', async () => {
      class Tied extends nn.Module {
        readonly typeName = 'Tied';
        readonly weight: nn.Parameter;
        readonly linear: nn.Linear;
        constructor(linear: nn.Linear) {
          super();
          this.weight = linear.weight;
          this.linear = linear;
        }
        forward(x: tf.Tensor): tf.Tensor {
          return this.linear.forward(x);
        }
      }
      using model = new Tied(new nn.Linear(3, 2));
      expect(names(model.namedParameters())).to.deep.equal(['weight', 'linear.bias']);
      expect([...(await model.stateDict()).keys()]).to.deep.equal(['weight', 'linear.weight', 'linear.bias']);
    });

    it('finds a module that is assigned later, and forgets one that is replaced by null', () => {
      class Later extends nn.Module {
        readonly typeName = 'Later';
        head: nn.Linear | null = null;
        forward(x: tf.Tensor): tf.Tensor {
          return this.head ? this.head.forward(x) : tf.clone(x);
        }
      }
      const model = new Later();
      expect(String(model)).to.equal('Later()');
      model.head = new nn.Linear(1, 1, { bias: false });
      expect(names(model.namedParameters())).to.deep.equal(['head.weight']);
      model.dispose();
      model.head = null;
      expect([...model.parameters()]).to.deep.equal([]);
    });
  });

  describe('train, eval and apply', () => {
    it('reach every module and return the module', () => {
      using model = new Pair(new nn.Dropout(), new nn.Sequential(new nn.BatchNorm2d(1)));
      expect([...model.modules()].every((module) => module.training)).to.equal(true);
      expect(model.eval()).to.equal(model);
      expect([...model.modules()].some((module) => module.training)).to.equal(false);
      expect(model.train()).to.equal(model);
      expect([...model.modules()].every((module) => module.training)).to.equal(true);
      model.train(false);
      expect(model.second.training).to.equal(false);
    });

    it("train calls a child's own train, which may keep a part in evaluation mode", () => {
      class Frozen extends nn.BatchNorm2d {
        override train(): this {
          return super.train(false);
        }
      }
      using model = new Pair(new Frozen(1), new nn.ReLU());
      model.train();
      expect(model.first.training).to.equal(false);
      expect(model.second.training).to.equal(true);
    });

    it('apply goes from the children to the module', () => {
      using model = new Pair(new nn.ReLU(), new nn.Sequential(new nn.Identity()));
      const seen: string[] = [];
      expect(model.apply((module) => seen.push(module.typeName))).to.equal(model);
      expect(seen).to.deep.equal(['ReLU', 'Identity', 'Sequential', 'Pair']);
    });
  });

  describe('requiresGrad', () => {
    forEachBackend(() => {
      it('freezes parameters, which variableGrads then passes over', () => {
        using model = new Pair(new nn.Linear(2, 2), new nn.Linear(2, 1));
        model.first.requiresGrad(false);
        expect([...model.parameters()].map((p) => p.requiresGrad)).to.deep.equal([false, false, true, true]);
        const gradNames = () =>
          tf.tidy(() => {
            const { grads } = tf.variableGrads(() => tf.sum(model.forward(tf.ones([1, 2]))));
            return Object.keys(grads).sort();
          });
        const trainable = () => [...model.parameters()].filter((p) => p.requiresGrad).map((p) => p.value.name);
        expect(gradNames()).to.deep.equal(trainable().sort());
        expect(model.requiresGrad()).to.equal(model);
        expect(gradNames()).to.have.length(4);
      });

      it('is remembered by a lazy parameter', () => {
        using lazy = new nn.LazyLinear(2);
        lazy.requiresGrad(false);
        tf.tidy(() => lazy.forward(tf.ones([1, 3])).dispose());
        expect(lazy.weight.requiresGrad).to.equal(false);
        expect(lazy.weight.value.trainable).to.equal(false);
      });
    });
  });

  describe('String(module)', () => {
    it('prints one line of extraRepr in place, several on lines of their own, children after them', () => {
      expect(String(new WithExtra('', null))).to.equal('WithExtra()');
      expect(String(new WithExtra('a=1', null))).to.equal('WithExtra(a=1)');
      expect(String(new WithExtra('a=1\nb=2', null))).to.equal('WithExtra(\n  a=1\n  b=2\n)');
      expect(String(new WithExtra('a=1', new nn.ReLU()))).to.equal('WithExtra(\n  a=1\n  (child): ReLU()\n)');
      expect(String(new WithExtra('a=1', new WithExtra('b=2\nc=3', new nn.Identity())))).to.equal(
        'WithExtra(\n  a=1\n  (child): WithExtra(\n    b=2\n    c=3\n    (child): Identity()\n  )\n)',
      );
    });

    it('takes typeName from a field or from a getter', () => {
      using mixed = new Mixed();
      expect(String(mixed)).to.match(/^Mixed\(\n {2}\(inner\): BatchNorm2d\(3, eps=1e-05, momentum=0\.1, /);
      expect(String(new Pair(new nn.ReLU(), new nn.ReLU({ inplace: true })))).to.equal(
        'Pair(\n  (first): ReLU()\n  (second): ReLU(inplace=True)\n)',
      );
    });
  });

  describe('modules where nobody would find them', () => {
    const holders: [holder: string, hide: (module: nn.AnyModule) => unknown][] = [
      ['array', (module) => [1, module]],
      ['object', (module) => ({ a: module })],
      ['Map or Set', (module) => new Map([['a', module]])],
      ['Map or Set', (module) => new Set([module])],
    ];
    for (const [holder, hide] of holders) {
      it(`refuses a plain ${holder}: ${Object.prototype.toString.call(hide(new nn.ReLU()))}`, () => {
        class Hiding extends nn.Module {
          readonly typeName = 'Hiding';
          readonly layers = hide(new nn.ReLU());
          forward(x: tf.Tensor): tf.Tensor {
            return tf.clone(x);
          }
        }
        const model = new Hiding();
        const message =
          `Hiding.layers: expected modules and parameters in properties or containers, got ReLU in a plain ${holder}. ` +
          'Use nn.ModuleList or nn.ModuleDict for modules, and a property for each parameter.';
        for (const walk of [
          () => [...model.parameters()],
          () => [...model.modules()],
          () => model.namedStates(),
          () => String(model),
          () => model.eval(),
          () => model.apply(() => {}),
          () => model.loadStateDict(new Map()),
          () => model.dispose(),
        ]) {
          expectError(walk, 'ZooError', message);
        }
      });
    }

    it('refuses parameters in a plain array', () => {
      const parameter = new nn.Parameter(tf.ones([1]));
      class Hiding extends nn.Module {
        readonly typeName = 'Hiding';
        readonly weights = [parameter];
        forward(x: tf.Tensor): tf.Tensor {
          return tf.clone(x);
        }
      }
      expectError(
        () => [...new Hiding().parameters()],
        'ZooError',
        'Hiding.weights: expected modules and parameters in properties or containers, got a parameter in a plain array. ' +
          'Use nn.ModuleList or nn.ModuleDict for modules, and a property for each parameter.',
      );
      parameter.dispose();
    });

    it('passes over numbers, text, tensors and objects of other classes', () => {
      class Settings extends nn.Module {
        readonly typeName = 'Settings';
        readonly sizes = [1, 2];
        readonly options = { a: 1, b: null };
        readonly when = new Date(0);
        readonly none = null;
        forward(x: tf.Tensor): tf.Tensor {
          return tf.clone(x);
        }
      }
      expect(String(new Settings())).to.equal('Settings()');
      expect([...new Settings().parameters()]).to.deep.equal([]);
    });

    it('tells of a module that holds the module around it', () => {
      class Child extends nn.Module {
        readonly typeName = 'Child';
        parent: nn.AnyModule | null = null;
        forward(x: tf.Tensor): tf.Tensor {
          return tf.clone(x);
        }
      }
      const child = new Child();
      const model = new nn.Sequential([['body', new nn.Sequential([['child', child]])]]);
      child.parent = model;
      const message =
        'Sequential: expected modules that do not hold the module around them, got Sequential again at ' +
        "'body.child.parent'. Keep such a reference in a #private field.";
      for (const walk of [
        () => [...model.modules()],
        () => model.namedStates(),
        () => String(model),
        () => model.eval(),
        () => model.apply(() => {}),
      ]) {
        expectError(walk, 'ZooError', message);
      }
    });
  });

  describe('dispose', () => {
    forEachBackend(() => {
      it('frees everything once, by `using` too', () => {
        const before = tf.memory().numTensors;
        {
          using model = new Mixed();
          expect(tf.memory().numTensors).to.be.greaterThan(before);
          model.dispose();
          expect(tf.memory().numTensors).to.equal(before);
          model.dispose();
        }
        expect(tf.memory().numTensors).to.equal(before);
      });

      it('leaves a module that says so when it is used', async () => {
        const model = new nn.Linear(2, 1);
        const state = await model.stateDict();
        model.dispose();
        const message = 'Parameter: expected a live parameter, got one that was disposed. Build the module anew.';
        const x = tf.ones([1, 2]);
        expectError(() => model.forward(x), 'ZooError', message);
        expectError(() => model.weight.value, 'ZooError', message);
        expectError(() => model.loadStateDict(state), 'ZooError', message);
        expectError(() => nn.init.zeros(model.weight), 'ZooError', message);
        const failure = await model.stateDict().catch((error: Error) => error);
        expect((failure as Error).message).to.equal(message);
        x.dispose();
      });

      it('frees a parameter that two modules share once', () => {
        const shared = new nn.Linear(2, 2);
        const model = new Pair(shared, new nn.Sequential(shared));
        model.dispose();
        shared.dispose();
      });
    });
  });
});

describe('Parameter and Buffer', () => {
  forEachBackend(() => {
    it('take a tensor over', async () => {
      const tensor = tf.tensor1d([1, 2, 3]);
      const parameter = new nn.Parameter(tensor);
      expect(tensor.isDisposed).to.equal(true);
      expect(parameter.shape).to.deep.equal([3]);
      expect(parameter.requiresGrad).to.equal(true);
      expect(parameter.value.trainable).to.equal(true);
      expect(await valuesOf(parameter.value)).to.deep.equal([1, 2, 3]);
      parameter.dispose();
    });

    it('survive the tidy in which they are made', async () => {
      const parameter = tf.tidy(() => {
        const made = new nn.Parameter(tf.tensor1d([4]));
        tf.zeros([1]);
        return made as unknown as tf.Tensor;
      }) as unknown as nn.Parameter;
      expect(await valuesOf(parameter.value)).to.deep.equal([4]);
      parameter.dispose();
    });

    it('follow an optimiser that assigns their variable', async () => {
      using linear = new nn.Linear(1, 1, { bias: false });
      const next = tf.tensor2d([[5]]);
      linear.weight.value.assign(next);
      next.dispose();
      expect([...(await linear.stateDict()).get('weight')!.data]).to.deep.equal([5]);
    });

    it('a buffer is not trainable', () => {
      const buffer = new nn.Buffer(tf.ones([2]));
      expect(buffer.value.trainable).to.equal(false);
      buffer.dispose();
    });

    it('a parameter of integers must not be trained', () => {
      const integers = tf.tensor1d([1, 2], 'int32');
      expectError(
        () => new nn.Parameter(integers),
        'ShapeError',
        'Parameter: expected a float32 tensor to train, got int32 of shape [2]. Use nn.Buffer, or pass { requiresGrad: false }.',
      );
      new nn.Parameter(integers, { requiresGrad: false }).dispose();
    });

    it('refuse what they cannot hold', () => {
      const text = tf.tensor1d(['a'], 'string');
      expectError(
        () => new nn.Buffer(text),
        'ShapeError',
        'Parameter: expected a float32, int32 or bool tensor, got string of shape [1]. Make it of numbers.',
      );
      text.dispose();
    });
  });
});

describe('lazy state', () => {
  forEachBackend(() => {
    it('says what it waits for when it is read too early', async () => {
      const before = tf.memory().numTensors;
      using lazy = new nn.LazyConv2d(8, 3);
      const message = (shape: string) =>
        `Parameter: expected a shape, got [${shape}] of a lazy module that has seen no input yet. ` +
        'Run one forward pass, or load a checkpoint, first.';
      expectError(() => lazy.weight.value, 'UninitializedError', message('8, ?, 3, 3'));
      expectError(() => lazy.weight.shape, 'UninitializedError', message('8, ?, 3, 3'));
      expectError(() => lazy.bias!.value, 'UninitializedError', message('8'));
      using linear = new nn.LazyLinear(5);
      expectError(() => linear.weight.shape, 'UninitializedError', message('5, ?'));
      using norm = new nn.LazyBatchNorm2d();
      expectError(() => norm.running_mean!.value, 'UninitializedError', message('?'));
      using net = new nn.Sequential(new nn.Linear(2, 2), lazy);
      const failure = await net.stateDict().catch((error: Error) => error);
      expect((failure as Error).name).to.equal('UninitializedError');
      expect((failure as Error).message).to.equal(
        'Sequential.stateDict: expected values of all parameters and buffers, got 2 without a shape: 1.weight, 1.bias. ' +
          'Run one forward pass, or load a checkpoint, first.',
      );
      expect(tf.memory().numTensors - before, 'the eager Linear only').to.equal(2);
    });

    it('fills what a partial checkpoint left lazy, to the size of what it brought', async () => {
      using norm = new nn.LazyBatchNorm2d();
      const weight = { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } as const;
      norm.loadStateDict(new Map([['weight', weight]]), { strict: false });
      expect(norm.numFeatures).to.equal(3);
      tf.tidy(() => {
        expect(norm.eval().forward(tf.ones([1, 2, 2, 3])).shape).to.deep.equal([1, 2, 2, 3]);
      });
      expect(norm.running_mean!.shape).to.deep.equal([3]);
      using linear = new nn.LazyLinear(2);
      const matrix = { dtype: 'float32', shape: [2, 4], data: new Float32Array(8) } as const;
      linear.loadStateDict(new Map([['weight', matrix]]), { strict: false });
      expect(String(linear)).to.equal('Linear(in_features=4, out_features=2, bias=True)');
      tf.tidy(() => linear.forward(tf.ones([1, 4])).dispose());
      expect(linear.bias!.shape).to.deep.equal([2]);
    });

    it('skipInit fills nothing until it is needed', async () => {
      const before = tf.memory().numTensors;
      using linear = nn.skipInit(() => new nn.Linear(3, 2));
      expect(tf.memory().numTensors, 'nothing yet').to.equal(before);
      expect(linear.weight.shape).to.deep.equal([2, 3]);
      const values = await valuesOf(linear.weight.value);
      expect(values.every((value) => value !== 0 && Math.abs(value) <= 1 / Math.sqrt(3))).to.equal(true);
      expect(tf.memory().numTensors, 'the weight').to.equal(before + 1);
      linear.loadStateDict(
        new Map([
          ['weight', { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) }],
          ['bias', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }],
        ]),
      );
      expect(await valuesOf(linear.bias!.value)).to.deep.equal([1, 2]);
    });

    it('skipInit ends with its function, even one that throws', () => {
      expect(() =>
        nn.skipInit(() => {
          throw new Error('stop');
        }),
      ).to.throw('stop');
      const before = tf.memory().numTensors;
      using linear = new nn.Linear(1, 1);
      expect(tf.memory().numTensors).to.equal(before + 2);
      expect(linear.outFeatures).to.equal(1);
    });
  });
});
