import { backends } from 'tfjs-zoo';
import { type GoldenCase, parseGolden } from '../support/golden.js';
import { checkGolden, type GoldenErrors } from '../support/golden-check.js';

// What golden.test.ts runs in a page: the golden cases of one family at a time.

/** What came of one case: PyTorch's values within these errors, or why not. */
export interface CaseResult {
  readonly module: string;
  readonly name: string;
  readonly errors?: GoldenErrors;
  readonly failure?: string;
}

/** Checks every `step`th case of a family, and the first of each module. */
async function checkFamily(family: string, step: number): Promise<CaseResult[]> {
  const [manifest, blob] = await Promise.all([fetch(`/nn/${family}.json`), fetch(`/nn/${family}.bin`)]);
  const all = parseGolden(await manifest.text(), new Uint8Array(await blob.arrayBuffer()));
  const results: CaseResult[] = [];
  const isFirst = ({ module }: GoldenCase, index: number) =>
    all.findIndex((other) => other.module === module) === index;
  for (const golden of all.filter((each, index) => index % step === 0 || isFirst(each, index))) {
    const { module, name } = golden;
    try {
      results.push({ module, name, errors: await checkGolden(golden) });
    } catch (error) {
      results.push({ module, name, failure: (error as Error).message });
    }
  }
  return results;
}

export const goldenPage = { use: backends.use, checkFamily };
