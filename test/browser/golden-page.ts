import { backends } from 'tfjs-zoo';
import { type GoldenCase, parseGolden } from '../support/golden.js';
import { checkGolden, type GoldenErrors } from '../support/golden-check.js';

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
    concerns: ({ module, input }) =>
      module.endsWith('MaxPool2d') && new Set<unknown>(input.data).size < input.data.length,
    says: /gradient of the input/,
  },
];

/** What came of one case: PyTorch's values within these errors, or why not. */
export interface CaseResult {
  readonly module: string;
  readonly name: string;
  readonly errors?: GoldenErrors;
  /** The failure is one of those that are known of the backend. */
  readonly isKnown?: boolean;
  readonly failure?: string;
}

/** Checks every `step`th case of a family. */
async function checkFamily(backend: string, family: string, step: number): Promise<CaseResult[]> {
  const [manifest, blob] = await Promise.all([fetch(`/nn/${family}.json`), fetch(`/nn/${family}.bin`)]);
  const all = parseGolden(await manifest.text(), new Uint8Array(await blob.arrayBuffer()));
  const departures = backend === 'webgl' ? webglDepartures : [];
  const results: CaseResult[] = [];
  for (const golden of all.filter((_, index) => index % step === 0)) {
    const { module, name } = golden;
    try {
      results.push({ module, name, errors: await checkGolden(golden) });
    } catch (error) {
      const failure = (error as Error).message;
      const isKnown = departures.some(({ concerns, says }) => concerns(golden) && says.test(failure));
      results.push({ module, name, isKnown, failure });
    }
  }
  return results;
}

export const goldenPage = { use: backends.use, checkFamily };
