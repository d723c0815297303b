import { backends } from 'tfjs-zoo';
import { type GoldenCase, parseGolden } from '../support/golden.js';
import { checkGolden } from '../support/golden-check.js';

// What golden.test.ts runs in a page: the golden cases of one family at a time.

/** Where a backend of tfjs is known to leave PyTorch: the cases, and what their failure must say. */
interface Departure {
  concerns(golden: GoldenCase): boolean;
  readonly says: RegExp;
}

const webglDepartures: readonly Departure[] = [
  // A texture cannot be empty.
  { concerns: ({ input }) => input.shape.includes(0), says: /NaN elements/ },
  // Of equal maxima its kernel gives the gradient to the last, PyTorch to the first.
  {
    concerns: ({ module, input }) => module === 'MaxPool2d' && new Set<unknown>(input.data).size < input.data.length,
    says: /gradient of the input/,
  },
];

/** Checks every `step`th case of a family, and returns what is wrong with each that fails. */
async function checkFamily(
  backend: string,
  family: string,
  step: number,
): Promise<{ cases: number; failures: string[] }> {
  const [manifest, blob] = await Promise.all([fetch(`/nn/${family}.json`), fetch(`/nn/${family}.bin`)]);
  const all = parseGolden(await manifest.text(), new Uint8Array(await blob.arrayBuffer()));
  const cases = all.filter((_, index) => index % step === 0);
  const departures = backend === 'webgl' ? webglDepartures : [];
  const failures: string[] = [];
  for (const golden of cases) {
    try {
      await checkGolden(golden);
    } catch (error) {
      const { message } = error as Error;
      if (departures.some(({ concerns, says }) => concerns(golden) && says.test(message))) continue;
      failures.push(`${golden.module} ${golden.name}: ${message}`);
    }
  }
  return { cases: cases.length, failures };
}

export const goldenPage = { use: backends.use, checkFamily };
