import { ZooError } from '../src/core/index.js';
import type { WeightsEntry } from './entry.js';
import type { FetchOptions } from './options.js';
import { planUrls, withoutPassword } from './plan.js';

/** What `#weights-platform` is outside Node. @throws ZooError that names the address */
export async function fetchToCache(entry: WeightsEntry, { mirror }: FetchOptions = {}): Promise<string> {
  throw new ZooError(
    `pretrained: expected Node, which downloads and caches weights, got a page. Download ${withoutPassword(planUrls(entry, mirror)[0]!)} and pass it ` +
      'as weights: a File that the user picks, or a URL whose server lets this page read it.',
  );
}
