// Fetches the entry that it is told of as JSON, and prints where it lies; for tests of several processes.
import { fetchToCache } from '../../weights/node/index.ts';

const { entry, cacheFolder } = JSON.parse(process.argv[2]);
let isBegun = false;
const path = await fetchToCache(entry, {
  cacheFolder,
  onProgress: ({ stage, loaded }) => {
    if (isBegun || stage !== 'downloading' || loaded < 20_000) return;
    isBegun = true;
    process.stderr.write('begun\n');
  },
});
process.stdout.write(path);
