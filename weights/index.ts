// What is known of trained checkpoints, and how they come into the user's cache. Free of tfjs and nn.
export { DownloadError, IntegrityError, ZooError } from '../src/core/index.js';
export { baseFolderOf, baseUrl, setBaseUrl } from './base-url.js';
export { bundledFolder } from './bundled.js';
export { openCache, type WeightsCache } from './cache.js';
export { CachedFolder } from './cached-folder.js';
export type { WeightsEntry, WeightsTransforms } from './entry.js';
export { imagenetCategories } from './imagenet-categories.js';
export { mebibytesOf, sizeText } from './known.js';
export type { FetchOptions, FetchProgress } from './options.js';
export type { PublishedFile, PublishedSize } from './published-file.js';
export { chooseEntry, defaultEntry, entriesFor, registerWeights, registry } from './registry.js';
