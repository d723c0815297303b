import { readCheckpoint } from 'tfjs-zoo/converters';
import { expectGolden, fixtureBytes, fixturePath, golden } from './support.js';

const called = ['ordered-subclass', 'datetime', 'enum', 'lazy'].map((what) => `tricky-${what}.pth`);
const unreadable = ['no-tensors.pth', 'bare-tensor.pth', ...called];

describe('readCheckpoint, against PyTorch', () => {
  for (const file of Object.keys(golden).filter((name) => !unreadable.includes(name))) {
    it(`reads ${file} bit for bit, from bytes, Blob and path`, async () => {
      const options = file === 'two-models.pth' ? { key: 'generator' } : {};
      const bytes = fixtureBytes(file);
      for (const source of [bytes, new Blob([bytes]), fixturePath(file)]) {
        expectGolden((await readCheckpoint(source, options)).stateDict, file);
      }
    });
  }
});
