// What is known of trained checkpoints: data only, free of tfjs and nn.
export type { WeightsEntry, WeightsTransforms } from './entry.js';
export { imagenetCategories } from './imagenet-categories.js';
export { defaultEntry, entriesFor, registry } from './registry.js';
