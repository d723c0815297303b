import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing failed',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

/** Whether tfjs-node is installed, whatever the tests were told. */
const tfjsNode = existsSync(new URL('../../node_modules/@tensorflow/tfjs-node', import.meta.url));

describe('backends.use', () => {
  it('starts what is asked for', async () => {
    for (const name of ['wasm', 'cpu'] as const) {
      expect(await backends.use(name)).to.include({ name, reason: 'asked for', version: '4.22.0' });
      expect(tf.getBackend()).to.equal(name);
    }
  });

  it("takes the fastest by itself where there is no page, as 'auto' or without a name", async () => {
    for (const choose of [() => backends.use(), () => backends.use('auto')]) {
      await backends.use('cpu');
      const { name, reason } = await choose();
      expect(name).to.equal(tfjsNode ? 'tensorflow' : 'wasm');
      expect(reason).to.match(
        tfjsNode ? /^the fastest that is there$/ : /^the fastest that is there; tensorflow is not installed; webgpu/,
      );
      expect(tf.getBackend()).to.equal(name);
    }
  });

  it('says which names there are', async () => {
    await backends.use('cpu');
    for (const name of ['nope', 'constructor', 'toString', '__proto__', '']) {
      const failure = await failureOf(backends.use(name as never));
      expect(failure).to.match(/^ZooError: backends\.use: expected one of auto, .*cpu.*, got '/);
      expect(failure).to.match(new RegExp(`got '${name}'\\.$`));
      expect(failure).to.include('wasm');
    }
    expect(tf.getBackend()).to.equal('cpu');
  });

  it('keeps the backend that works when another does not start', async () => {
    tf.registerBackend('broken', () => {
      throw new Error('no such device');
    });
    try {
      for (const works of ['cpu', 'wasm'] as const) {
        await backends.use(works);
        expect(await failureOf(backends.use('broken' as never))).to.match(
          /^ZooError: backends\.use: expected broken to start, got: no support for it/,
        );
        expect(tf.getBackend()).to.equal(works);
        const sum = tf.add(1, 2);
        expect([...(await sum.data())]).to.deep.equal([3]);
        sum.dispose();
      }
    } finally {
      tf.removeBackend('broken');
    }
  });

  it('takes a live model along', async () => {
    await backends.use('cpu');
    using model = new nn.Sequential(
      new nn.Conv2d(1, 2, 2),
      new nn.BatchNorm2d(2),
      new nn.Flatten(),
      new nn.Linear(8, 2),
    );
    model.eval();
    const x = tf.reshape(tf.range(0, 9), [1, 3, 3, 1]);
    const results: number[][] = [];
    const states: string[] = [];
    for (const name of ['cpu', 'wasm', 'cpu'] as const) {
      await backends.use(name);
      const y = model.forward(x);
      results.push([...(await y.data())]);
      y.dispose();
      states.push(
        JSON.stringify([...(await model.stateDict())].map(([key, { data }]) => [key, Array.from(data, String)])),
      );
    }
    expect(new Set(states).size).to.equal(1);
    for (const [i, value] of results[0]!.entries()) {
      expect(results[1]![i]).to.be.closeTo(value, 1e-5);
      expect(results[2]![i]).to.equal(value);
    }
    x.dispose();
  });
});
