import { expect } from 'chai';
import { CheckpointError, PickleCounter, readCheckpoint, TensorRef, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { float32 } from '../../nn/support.js';
import { fixturePath, rejection } from '../support.js';

describe('readCheckpoint with readExtra', () => {
  it("reads the tensors of an optimizer's state beside the model's", async () => {
    const { stateDict, extra } = await readCheckpoint(fixturePath('training-p4.pth'), { readExtra: true });
    expect(stateDict.size).to.be.greaterThan(0);
    const { state } = (extra as { optimizer: { state: Map<number, Record<string, unknown>> } }).optimizer;
    expect(state.get(0)!.step).to.deep.include({ dtype: 'float32', shape: [] });
    const unread = (await readCheckpoint(fixturePath('training-p4.pth'))).extra as typeof extra;
    const ref = (unread as { optimizer: { state: typeof state } }).optimizer.state.get(0)!.step;
    expect(ref).to.be.instanceOf(TensorRef);
  });

  it('takes a file without a state dict for all extra', async () => {
    const shared = float32([2], [1, 2]);
    const value = { state: new Map([[0, { buffer: shared, list: [shared, 3] }]]), text: 'a', none: null };
    const { stateDict, extra } = await readCheckpoint(await writeTorchCheckpoint(value), { readExtra: true });
    expect(stateDict.size).to.equal(0);
    const { state } = extra as typeof value;
    expect(state.get(0)!.buffer).to.deep.equal(shared);
    expect(state.get(0)!.list[0], 'what was shared').to.equal(state.get(0)!.buffer);
    const error = await rejection(readCheckpoint(await writeTorchCheckpoint(value), { key: 'model', readExtra: true }));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.include('expected the key model, got the keys state, text, none.');
  });

  it('leaves numbers of an epoch as they are', async () => {
    const bytes = await writeTorchCheckpoint({ epoch: 3, milestones: new PickleCounter([[30, 1]]) });
    const { extra } = await readCheckpoint(bytes, { readExtra: true });
    expect({ ...(extra as object) }).to.deep.equal({ epoch: 3, milestones: new Map([[30, 1]]) });
  });
});
