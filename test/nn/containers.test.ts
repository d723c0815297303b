import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { counting, expectError, valuesOf } from './support.js';

const EXTEND = 'Build it with new, from a class that extends nn.Module.';

/** Adds a number, by as many tensors as a careless author leaves behind. */
class Add extends nn.Module {
  readonly typeName: string = 'Add';
  readonly amount: number;
  constructor(amount: number) {
    super();
    this.amount = amount;
  }
  forward(x: tf.Tensor): tf.Tensor {
    return tf.sub(tf.add(x, this.amount + 1), tf.scalar(1));
  }
}

/** Breaks the rule that forward returns a new handle. */
class Same extends nn.Module {
  readonly typeName = 'Same';
  forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}

class Failing extends nn.Module {
  readonly typeName = 'Failing';
  forward(x: tf.Tensor): tf.Tensor {
    tf.add(x, 1);
    throw new Error('it failed');
  }
}

/** Notes how many tensors there are when it runs. */
class Counting extends nn.Module {
  readonly typeName = 'Counting';
  readonly counts: number[] = [];
  forward(x: tf.Tensor): tf.Tensor {
    const y = tf.add(x, 1);
    this.counts.push(tf.memory().numTensors);
    return y;
  }
}

const amounts = (modules: Iterable<nn.AnyModule>) => [...modules].map((module) => (module as Add).amount);
const adds = (...each: number[]) => each.map((amount) => new Add(amount));
const keysOf = (container: nn.AnyModule) => [...container.namedChildren()].map(([key]) => key);

describe('Sequential', () => {
  before(() => backends.use('cpu'));

  it('numbers its modules, or takes their names', () => {
    const numbered = new nn.Sequential(...adds(5, 6));
    expect(keysOf(numbered)).to.deep.equal(['0', '1']);
    const named = new nn.Sequential([
      ['z', new Add(1)],
      ['10', new Add(2)],
      ['2', new Add(3)],
      ['__proto__', new Add(4)],
      ['constructor', new Add(5)],
    ]);
    expect(keysOf(named)).to.deep.equal(['z', '10', '2', '__proto__', 'constructor']);
    expect((named.get('2') as Add).amount).to.equal(3);
    expect((named.get('__proto__') as Add).amount).to.equal(4);
    expect(String(new nn.Sequential(['a' as never].slice(1)))).to.equal('Sequential()');
    expect(String(new nn.Sequential([['relu', new nn.ReLU()]]))).to.equal('Sequential(\n  (relu): ReLU()\n)');
  });

  it('is indexed, iterated and measured like an array', () => {
    const net = new nn.Sequential(...adds(5, 6, 7));
    expect(net.length).to.equal(3);
    expect(amounts(net)).to.deep.equal([5, 6, 7]);
    expect((net[0] as Add).amount).to.equal(5);
    expect(net[3]).to.equal(undefined);
    expect((net.at(-1) as Add).amount).to.equal(7);
    expect((net.at(-3) as Add).amount).to.equal(5);
    for (const index of [3, -4]) {
      expectError(
        () => net.at(index),
        'ZooError',
        `Sequential: expected an index from -3 to 2, got ${index}. Choose one of these.`,
      );
    }
    expectError(
      () => net.get('x'),
      'ZooError',
      "Sequential: expected one of the keys 0, 1, 2, got 'x'. Choose one of these.",
    );
  });

  it('replaces a module by assignment and keeps its key', () => {
    const net = new nn.Sequential([
      ['conv', new Add(1)],
      ['relu', new Add(2)],
    ]);
    net[1] = new Add(9);
    expect(keysOf(net)).to.deep.equal(['conv', 'relu']);
    expect(amounts(net)).to.deep.equal([1, 9]);
    const classifier = net.slice(1);
    classifier[0] = new Add(3);
    expect(keysOf(classifier)).to.deep.equal(['relu']);
    expect(amounts(net), 'the slice is a list of its own').to.deep.equal([1, 9]);
    expectError(
      () => {
        net[0] = 5 as never;
      },
      'ZooError',
      `Sequential: expected a module for 'conv', got number. ${EXTEND}`,
    );
  });

  it('refuses an assignment beyond its ends', () => {
    for (const index of [2, -1]) {
      const net = new nn.Sequential(...adds(1, 2));
      net[index] = new Add(3);
      for (const walk of [() => String(net), () => [...net.modules()], () => net.namedStates()]) {
        expectError(
          walk,
          'ZooError',
          `Sequential: expected modules among its entries, got Add assigned to property '${index}'. ` +
            'It has 2 entries; add one with append or set.',
        );
      }
    }
  });

  it('slices by sharing modules and keeping keys', () => {
    const net = new nn.Sequential(...adds(5, 6, 7, 8));
    const part = net.slice(1, 3);
    expect(keysOf(part)).to.deep.equal(['1', '2']);
    expect(part[0]).to.equal(net[1]);
    expect(keysOf(net.slice(-2))).to.deep.equal(['2', '3']);
    expect(keysOf(net.slice(0, -1))).to.deep.equal(['0', '1', '2']);
    expect(keysOf(net.slice())).to.deep.equal(['0', '1', '2', '3']);
    expect(net.slice(4).length).to.equal(0);
    expect(String(part)).to.equal('Sequential(\n  (1): Add()\n  (2): Add()\n)');
  });

  it('appends and extends', () => {
    const net = new nn.Sequential();
    expect(net.append(new Add(1)).extend(adds(2, 3))).to.equal(net);
    net.extend(net);
    expect(amounts(net)).to.deep.equal([1, 2, 3, 1, 2, 3]);
    expect((net[5] as Add).amount).to.equal(3);
    expectError(
      () => new nn.Sequential(...adds(1, 2, 3)).slice(2).append(new Add(1)).append(new Add(1)),
      'ZooError',
      "Sequential.append: expected the key '2' to be free, but a slice kept it. Build a new Sequential.",
    );
  });

  it('takes a Map of names, as PyTorch does an OrderedDict', () => {
    const net = new nn.Sequential(
      new Map([
        ['first', new Add(1)],
        ['second', new Add(2)],
      ]),
    );
    expect([...net.namedChildren()].map(([name]) => name)).to.deep.equal(['first', 'second']);
    expect(amounts(net)).to.deep.equal([1, 2]);
    expect(new nn.Sequential(new Map()).length).to.equal(0);
  });

  it('says that it is empty when something is looked up', () => {
    const at = (typeName: string, what: string) =>
      `${typeName}: expected a module ${what}, got none, for it is empty. Add modules first.`;
    expectError(() => new nn.Sequential().get('x'), 'ZooError', at('Sequential', "under 'x'"));
    expectError(() => new nn.Sequential().at(0), 'ZooError', at('Sequential', 'at 0'));
    expectError(() => new nn.ModuleList().pop(), 'ZooError', at('ModuleList', 'at -1'));
    expectError(() => new nn.ModuleDict().pop('x'), 'ZooError', at('ModuleDict', "under 'x'"));
  });

  it('says what it does not take', () => {
    const spread =
      'Sequential: expected modules or entries [key, module], got an array of something else. ' +
      'Spread an array of modules: new nn.Sequential(...modules).';
    expectError(() => new nn.Sequential(adds(1, 2) as never), 'ZooError', spread);
    expectError(
      () => new nn.Sequential({} as never),
      'ZooError',
      `Sequential: expected a module for '0', got object. ${EXTEND}`,
    );
    expectError(
      () => new nn.Sequential(null as never),
      'ZooError',
      `Sequential: expected a module for '0', got null. ${EXTEND}`,
    );
    expectError(
      () => new nn.Sequential(new Add(1), [] as never),
      'ZooError',
      `Sequential: expected a module for '1', got an array. ${EXTEND}`,
    );
    for (const key of ['', 'a.b']) {
      expectError(
        () => new nn.Sequential([[key, new Add(1)]]),
        'ZooError',
        `Sequential: expected a key that is not empty and has no dot, got '${key}'. Rename it.`,
      );
    }
    expectError(
      () =>
        new nn.Sequential([
          ['a', new Add(1)],
          ['a', new Add(2)],
        ]),
      'ZooError',
      "Sequential: expected each key once, got 'a' again. Rename one.",
    );
  });

  forEachBackend(() => {
    it('applies its modules in order, and is a copy when it has none', async () => {
      const x = tf.tensor1d([1, 2]);
      const y = new nn.Sequential(...adds(1, 2)).forward(x);
      expect(await valuesOf(y)).to.deep.equal([4, 5]);
      const same = new nn.Sequential().forward(x);
      expect(same).not.to.equal(x);
      tf.dispose([x, y]);
      tf.dispose(same);
    });

    it('frees each activation as soon as the next exists', () => {
      const probes = Array.from({ length: 5 }, () => new Counting());
      const x = tf.zeros([1]);
      const before = tf.memory().numTensors;
      const y = new nn.Sequential(...probes).forward(x);
      expect(probes.map(({ counts }) => counts[0]! - before)).to.deep.equal([1, 2, 2, 2, 2]);
      expect(tf.memory().numTensors).to.equal(before + 1);
      tf.dispose([x, y]);
    });

    it('takes modules that return their input, and leaves the input alone', async () => {
      const x = tf.tensor1d([1]);
      for (const modules of [
        [new Same()],
        [new Same(), new Add(1)],
        [new Add(1), new Same()],
        [new Same(), new Same(), new Add(1), new Same(), new Add(1)],
      ]) {
        const y = new nn.Sequential(...modules).forward(x);
        expect(y).not.to.equal(x);
        expect(await valuesOf(y)).to.deep.equal([1 + modules.filter((module) => module instanceof Add).length]);
        y.dispose();
        expect(x.isDisposed).to.equal(false);
      }
      x.dispose();
    });

    it('leaves nothing behind when a module throws', () => {
      const x = tf.zeros([1]);
      const net = new nn.Sequential(new Add(1), new Failing(), new Add(1));
      expectError(() => net.forward(x), 'Error', 'it failed');
      expectError(() => [...net.slice(1).forwardAll(x)], 'Error', 'it failed');
      expect(x.isDisposed).to.equal(false);
      x.dispose();
    });

    it("yields every activation, each the caller's own", async () => {
      const x = tf.tensor1d([1]);
      const net = new nn.Sequential(new Add(1), new Same(), new Add(2), new nn.ReLU());
      const kept = [...net.forwardAll(x)];
      expect(await Promise.all(kept.map(valuesOf))).to.deep.equal([[2], [2], [4], [4]]);
      expect(new Set(kept).size).to.equal(4);
      tf.dispose(kept);
      const seen: number[][] = [];
      for (const y of net.forwardAll(x)) {
        seen.push(await valuesOf(y));
        y.dispose();
      }
      expect(seen).to.deep.equal([[2], [2], [4], [4]]);
      x.dispose();
    });

    it('yields activations to a loop that stops early, and leaves nothing behind', async () => {
      const x = tf.tensor1d([1]);
      const before = tf.memory().numTensors;
      for (const y of new nn.Sequential(...adds(1, 2, 3)).forwardAll(x)) {
        y.dispose();
        break;
      }
      expect(tf.memory().numTensors).to.equal(before);
      new nn.Sequential(...adds(1)).forwardAll(x);
      expect(tf.memory().numTensors, 'a generator that nobody asked').to.equal(before);
      expect([...new nn.Sequential().forwardAll(x)]).to.deep.equal([]);
      x.dispose();
    });

    it('surgery on a classifier changes one layer and its entries', async () => {
      const net = new nn.Sequential(new nn.Linear(4, 3), new nn.ReLU(), new nn.Linear(3, 1000));
      net[2]!.dispose();
      net[2] = new nn.Linear(3, 2);
      expect([...(await net.stateDict())].map(([name, { shape }]) => [name, shape])).to.deep.equal([
        ['0.weight', [3, 4]],
        ['0.bias', [3]],
        ['2.weight', [2, 3]],
        ['2.bias', [2]],
      ]);
      tf.tidy(() => {
        expect(net.forward(counting([1, 4])).shape).to.deep.equal([1, 2]);
      });
      net.dispose();
    });
  });
});

describe('ModuleList', () => {
  before(() => backends.use('cpu'));

  it('appends, extends, inserts, pops and renumbers', () => {
    const list = new nn.ModuleList(adds(1, 2));
    expect(list.append(new Add(3)).extend(new Set(adds(4)))).to.equal(list);
    expect(amounts(list)).to.deep.equal([1, 2, 3, 4]);
    list.insert(0, new Add(0));
    list.insert(-1, new Add(9));
    list.insert(99, new Add(10));
    expect(amounts(list)).to.deep.equal([0, 1, 2, 3, 9, 4, 10]);
    expect(keysOf(list)).to.deep.equal(['0', '1', '2', '3', '4', '5', '6']);
    expect((list.pop() as Add).amount).to.equal(10);
    expect((list.pop(0) as Add).amount).to.equal(0);
    expect((list.pop(-2) as Add).amount).to.equal(9);
    expect(amounts(list)).to.deep.equal([1, 2, 3, 4]);
    expect(keysOf(list)).to.deep.equal(['0', '1', '2', '3']);
    expect(list[4]).to.equal(undefined);
    expect((list[3] as Add).amount).to.equal(4);
    expect(list.length).to.equal(4);
    list.extend(list);
    expect(list.length).to.equal(8);
  });

  it('replaces by index, and refuses what is not there', () => {
    const list = new nn.ModuleList(adds(1, 2));
    list[1] = new Add(7);
    expect(amounts(list)).to.deep.equal([1, 7]);
    list.pop();
    expectError(
      () => {
        list[1] = new Add(8);
      },
      'ZooError',
      'ModuleList: expected an index from -1 to 0, got 1. Choose one of these.',
    );
    expectError(
      () => list.at(1),
      'ZooError',
      'ModuleList: expected an index from -1 to 0, got 1. Choose one of these.',
    );
    expectError(
      () => list.pop(5),
      'ZooError',
      'ModuleList: expected an index from -1 to 0, got 5. Choose one of these.',
    );
    expectError(
      () => list.append('x' as never),
      'ZooError',
      `ModuleList: expected a module for '1', got string. ${EXTEND}`,
    );
    expectError(
      () => list.insert(0, undefined as never),
      'ZooError',
      `ModuleList: expected a module for '0', got undefined. ${EXTEND}`,
    );
    expect(amounts(list)).to.deep.equal([1]);
  });

  it('slices by sharing modules, numbered from 0', () => {
    const list = new nn.ModuleList(adds(1, 2, 3));
    const part = list.slice(1);
    expect(part).to.be.instanceOf(nn.ModuleList);
    expect(keysOf(part)).to.deep.equal(['0', '1']);
    expect(part[0]).to.equal(list[1]);
  });

  it('is not called', () => {
    expectError(
      () => new nn.ModuleList().forward(),
      'ZooError',
      'ModuleList: expected no call of forward, for a ModuleList only holds modules. ' +
        'Call its modules one by one, or use nn.Sequential.',
    );
  });

  it('folds equal neighbours when it is printed', () => {
    expect(String(new nn.ModuleList())).to.equal('ModuleList()');
    expect(String(new nn.ModuleList([new nn.ReLU()]))).to.equal('ModuleList(\n  (0): ReLU()\n)');
    const relu = new nn.ReLU();
    const block = () => new nn.Sequential(new nn.Identity(), new nn.ReLU());
    expect(String(new nn.ModuleList([relu, relu, new nn.Identity(), relu, block(), block()]))).to.equal(
      'ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Identity()\n  (3): ReLU()\n' +
        '  (4-5): 2 x Sequential(\n    (0): Identity()\n    (1): ReLU()\n  )\n)',
    );
  });
});

describe('ModuleDict', () => {
  before(() => backends.use('cpu'));

  it('keeps the order in which keys were added', () => {
    const entries: [string, nn.AnyModule][] = [
      ['10', new Add(1)],
      ['a', new Add(2)],
      ['2', new Add(3)],
      ['__proto__', new Add(4)],
    ];
    for (const dict of [
      new nn.ModuleDict(entries),
      new nn.ModuleDict(new Map(entries)),
      new nn.ModuleDict(new nn.ModuleDict(entries).items()),
    ]) {
      expect([...dict.keys()]).to.deep.equal(['10', 'a', '2', '__proto__']);
      expect([...dict]).to.deep.equal(['10', 'a', '2', '__proto__']);
      expect(amounts(dict.values())).to.deep.equal([1, 2, 3, 4]);
      expect(keysOf(dict)).to.deep.equal(['10', 'a', '2', '__proto__']);
    }
    const dict = new nn.ModuleDict({ b: new Add(1), a: new Add(2) });
    dict.set('b', new Add(3));
    expect([...dict.items()].map(([key, module]) => [key, (module as Add).amount])).to.deep.equal([
      ['b', 3],
      ['a', 2],
    ]);
    expect([...dict.entries()]).to.deep.equal([...dict.items()]);
  });

  it('gets, sets, pops, deletes, updates and clears', () => {
    const dict = new nn.ModuleDict();
    expect(dict.length).to.equal(0);
    expect(dict.set('a', new Add(1)).set('b', new Add(2))).to.equal(dict);
    expect((dict.get('b') as Add).amount).to.equal(2);
    expect(dict.has('a')).to.equal(true);
    expect(dict.has('toString')).to.equal(false);
    expect((dict.pop('a') as Add).amount).to.equal(1);
    expect(dict.delete('a')).to.equal(false);
    expect(dict.delete('b')).to.equal(true);
    dict.update({ c: new Add(3) });
    dict.update(new Map([['d', new Add(4)]]));
    dict.update([['e', new Add(5)]]);
    dict.update(new nn.ModuleDict({ c: new Add(6) }));
    expect([...dict.keys()]).to.deep.equal(['c', 'd', 'e']);
    expect(amounts(dict.values())).to.deep.equal([6, 4, 5]);
    dict.clear();
    expect(dict.length).to.equal(0);
    expect(String(dict)).to.equal('ModuleDict()');
  });

  it('says what it does not take', () => {
    const dict = new nn.ModuleDict({ a: new Add(1), b: new Add(2) });
    for (const miss of [() => dict.get('x'), () => dict.pop('x')]) {
      expectError(miss, 'ZooError', "ModuleDict: expected one of the keys a, b, got 'x'. Choose one of these.");
    }
    for (const key of ['', 'a.b']) {
      expectError(
        () => dict.set(key, new Add(1)),
        'ZooError',
        `ModuleDict: expected a key that is not empty and has no dot, got '${key}'. Rename it.`,
      );
    }
    expectError(
      () => dict.set('c', [] as never),
      'ZooError',
      `ModuleDict: expected a module for 'c', got an array. ${EXTEND}`,
    );
    expectError(
      () => dict.forward(),
      'ZooError',
      'ModuleDict: expected no call of forward, for a ModuleDict only holds modules. ' +
        'Call one of its modules: dict.get(key).forward(x).',
    );
    (dict as unknown as Record<string, unknown>).c = new Add(3);
    expectError(
      () => String(dict),
      'ZooError',
      "ModuleDict: expected modules among its entries, got Add assigned to property 'c'. It has 2 entries; add one with append or set.",
    );
    expectError(
      () => new nn.ModuleDict(adds(1) as never),
      'ZooError',
      'ModuleDict: expected entries [key, module], got Add. Give an object, a Map or entries with names.',
    );
  });
});
