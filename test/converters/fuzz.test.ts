import { expect } from 'chai';
import fc from 'fast-check';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../src/core/index.js';
import { fixtureBytes } from './support.js';

/** Reads, and lets nothing but success or a CheckpointError through. */
async function readOrRefuse(bytes: Uint8Array, what: string): Promise<void> {
  try {
    await readCheckpoint(bytes);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw new Error(`${what}: got ${String(error)}`, { cause: error });
    expect(error.message, what).to.not.match(/[\n\r]|undefined|NaN|\[object/);
  }
}

const files = [
  'mixed.pth',
  'training-p2.pth',
  'training-p5.pth',
  'model-legacy.pth',
  'dtypes-legacy-p1.pth',
  'views-deflated.pth',
  'names.safetensors',
];

describe('damaged checkpoints are refused with CheckpointError, whatever the damage', () => {
  for (const file of ['mixed.pth', 'dtypes-legacy-p1.pth', 'dtypes-legacy-p4.pth', 'names.safetensors']) {
    it(`${file}, truncated at every byte`, async () => {
      const bytes = fixtureBytes(file);
      for (let length = 0; length < bytes.length; length++) {
        await readOrRefuse(bytes.subarray(0, length), `${file} cut to ${length} bytes`);
      }
    });
  }

  for (const file of files) {
    it(`${file}, a few bytes changed`, async () => {
      const bytes = fixtureBytes(file);
      const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
          const damaged = bytes.slice();
          for (const [offset, value] of changes) damaged[offset] = value;
          await readOrRefuse(damaged, `${file} with ${JSON.stringify(changes)}`);
        }),
        { numRuns: 600 },
      );
    });
  }

  it('a pickle of random opcodes', async () => {
    const start = fixtureBytes('dtypes-legacy-p2.pth').subarray(0, 31);
    const opcodes = [
      ...Buffer.from(
        '(.012FIJKLMNPQRSTUVXabcdeghijloqprstu}])G\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96BC\n',
        'latin1',
      ),
    ];
    const byte = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...opcodes) }, { weight: 1, arbitrary: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 60 }), async (body) => {
        await readOrRefuse(new Uint8Array([...start, ...body]), JSON.stringify(body));
      }),
      { numRuns: 3000 },
    );
  });
});
