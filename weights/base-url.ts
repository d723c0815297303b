import { ZooError } from '../src/core/index.js';

let base: string | undefined;

/**
 * Says where an application keeps the weights that it serves: a folder for each model, as `tfjs-zoo convert alexnet public/models/alexnet` makes
 * one. `pretrained` then looks there before anywhere else.
 *
 * @param url of the folder that holds the models' folders, such as '/models/'; in Node a path will do. Undefined for none again.
 * @throws ZooError if it is no text or URL, or has a query
 * @example
 * ```ts
 * weights.setBaseUrl('/models/'); // createAlexNet({ pretrained: true }) reads /models/alexnet/model.json
 * weights.setBaseUrl(undefined);
 * ```
 */
export function setBaseUrl(url: string | URL | undefined): void {
  if (url !== undefined && !((typeof url === 'string' || url instanceof URL) && /^[^?#]+$/.test(String(url)))) {
    throw new ZooError(
      `setBaseUrl: expected a URL such as '/models/', got ${JSON.stringify(url)}. Name the folder that holds the models' folders.`,
    );
  }
  base = url === undefined ? undefined : String(url).replace(/\/?$/, '/');
}

/**
 * What was set, with a slash at its end.
 * @internal
 */
export function baseUrl(): string | undefined {
  return base;
}

/**
 * Where a model's folder would be; undefined where no base is set.
 * @internal
 */
export function baseFolderOf(model: string): string | undefined {
  return base === undefined ? undefined : `${base}${model}/`;
}
