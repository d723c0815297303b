import { parentPort, workerData } from 'node:worker_threads';
import { loadImage } from './load-image.js';
import type { Loaded, ThreadData, ToLoad } from './threads-node.js';

// What a thread for decoding runs: it loads one file after the other.

const { unread, mostUnread } = workerData as ThreadData;
let last: Promise<void> = Promise.resolve();

parentPort!.on('message', (file: ToLoad) => {
  last = last.then(() => load(file));
});

async function load({ id, path }: ToLoad): Promise<void> {
  // Who asks may be busy for seconds, and large pictures would fill the memory meanwhile.
  for (let bytes = Atomics.load(unread, 0); bytes > mostUnread; bytes = Atomics.load(unread, 0)) {
    Atomics.wait(unread, 0, bytes);
  }
  try {
    const image = await loadImage(path);
    Atomics.add(unread, 0, image.data.length);
    const loaded: Loaded = { id, image };
    parentPort!.postMessage(loaded, [image.data.buffer as ArrayBuffer]);
  } catch (error) {
    const loaded: Loaded = { id, error: (error as Error).message };
    parentPort!.postMessage(loaded);
  }
}
