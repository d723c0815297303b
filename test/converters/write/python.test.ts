import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { PickleFloat, writeSafetensors, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import type { HostTensor } from '../../../src/core/index.js';
import { pythonWith } from '../../support/tools.js';
import { plain, someState, someValue } from './arbitrary.js';
import { float32, temporaryFolder } from './support.js';

const python = pythonWith('torch');
const script = fileURLToPath(new URL('describe.py', import.meta.url));

function copyOf(tensor: HostTensor): HostTensor {
  return { ...tensor, data: tensor.data.slice() };
}

function describeInPython(folder: string): unknown[] {
  const { stdout, stderr, status } = spawnSync(python!, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect(status, stderr).to.equal(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function fileName(index: number, ending: string): string {
  return `${String(index).padStart(4, '0')}.${ending}`;
}

/** The order in which safetensors are laid out is its own. */
function byName(state: unknown): unknown[] {
  const { dict } = state as { dict: [string, unknown][] };
  return [...dict].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('what is written, loaded by PyTorch (skipped without Python and PyTorch)', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  before(function () {
    if (!python) this.skip();
  });

  it('random nested values are equal, bit for bit', async () => {
    const here = join(folder, 'torch');
    mkdirSync(here);
    const values = fc.sample(fc.record({ model: someState, value: someValue }), 300);
    for (const [index, value] of values.entries())
      await writeTorchCheckpoint(value, join(here, fileName(index, 'pth')));
    const loaded = describeInPython(here);
    expect(loaded).to.have.length(values.length);
    for (const [index, value] of values.entries()) expect(loaded[index]).to.deep.equal(plain(value));
  });

  it('random state dicts in safetensors are equal, bit for bit', async () => {
    const here = join(folder, 'safetensors');
    mkdirSync(here);
    const states = fc
      .sample(someState, 300)
      .map((state) => new Map([...state].filter(([name]) => name !== '__metadata__')));
    for (const [index, state] of states.entries())
      await writeSafetensors(state, join(here, fileName(index, 'safetensors')));
    const loaded = describeInPython(here);
    expect(loaded).to.have.length(states.length);
    for (const [index, state] of states.entries()) expect(byName(loaded[index])).to.deep.equal(byName(plain(state)));
  });

  it('a training state goes on training: the optimizer takes its state', async () => {
    const file = join(folder, 'training.pth');
    const model = new Map([
      ['weight', float32([1, 2, 3, 4, 5, 6], [2, 3])],
      ['bias', float32([7, 8])],
    ]);
    const moments = [...model.values()].map((tensor, index): [number, object] => [
      index,
      // Copies, for tensors of one array share memory in PyTorch too, and are trained as one.
      { step: float32([3], []), exp_avg: copyOf(tensor), exp_avg_sq: copyOf(tensor) },
    ]);
    const group = { lr: new PickleFloat(1), betas: [0.5, 0.999], eps: 1e-8, weight_decay: 0, amsgrad: false };
    const flags = { maximize: false, foreach: null, capturable: false, differentiable: false, fused: null };
    const optimizer = { state: new Map(moments), param_groups: [{ ...group, ...flags, params: [0, 1] }] };
    await writeTorchCheckpoint({ model, optimizer, epoch: 3 }, file);
    const code = `import sys, torch
state = torch.load(sys.argv[1])
net = torch.nn.Linear(3, 2)
print(net.load_state_dict(state['model']))
optimizer = torch.optim.Adam(net.parameters())
optimizer.load_state_dict(state['optimizer'])
print(optimizer.param_groups[0]['lr'], optimizer.param_groups[0]['betas'], state['epoch'])
net(torch.ones(1, 3)).sum().backward()
optimizer.step()
print(optimizer.state[net.bias]['step'].item(), optimizer.state[net.bias]['exp_avg'].tolist())`;
    const { stdout, stderr } = spawnSync(python!, ['-c', code, file], { encoding: 'utf8' });
    expect(stdout, stderr).to.equal('<All keys matched successfully>\n1.0 [0.5, 0.999] 3\n4.0 [4.0, 4.5]\n');
  });
});
