import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { pythonWith } from '../support/tools.js';

const script = fileURLToPath(new URL('../fixtures/nn/check_table.py', import.meta.url));

/** The entries that no golden case has, and why. */
const uncovered = {
  // Fixtures of hundreds of kB and more; cases of the same arguments have smaller inputs.
  'LayerNorm((56, 56, 56), eps=1e-05, elementwise_affine=False, bias=False) of [4, 56, 56, 56]': 'size',
  'GroupNorm(3, 6, eps=0.001, affine=True, bias=True) of [4, 6, 28, 28]': 'size',
  'GroupNorm(3, 51, eps=1e-05, affine=False, bias=False) of [2, 51, 28, 28]': 'size',
  'MSELoss() of [5, 68, 64, 64]': 'size',
  // PyTorch draws the slopes; activation.test.ts checks what is drawn here.
  'RReLU(lower=0.125, upper=0.3333333333333333) of [4]': 'random',
  // A torch.Size prints otherwise than the tuple that is our list; the case "-2 into 2, 2" has the same sizes.
  'Unflatten(dim=-2, unflattened_size=torch.Size([2, 2])) of [3, 4, 5]': 'text',
};

describe("PyTorch's own table of module tests (skipped where PyTorch is missing)", () => {
  it('has no entry for a module of ours that no golden case covers, but those known', function () {
    const python = pythonWith('torch');
    if (!python) this.skip();
    const missing = execFileSync(python, ['-W', 'ignore', script, ...Object.keys(nn)], { encoding: 'utf8' });
    expect(JSON.parse(missing)).to.have.members(Object.keys(uncovered));
  });
});
