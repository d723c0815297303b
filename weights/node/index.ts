// The cache of weights and what fills it. Only Node gets here: by the condition of #weights-platform, or from the command line.
export { type CachedFile, listCached, removeCached } from './cached-files.js';
export { fetchToCache, fetchToCache as fetchPublished } from './fetch-to-cache.js';
export { cacheFolderOf, cacheName } from './place.js';

export const isPage: boolean = false;
