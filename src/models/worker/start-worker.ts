/** Starts the worker that this package brings. Bundlers look for the call of `new Worker` as it stands here. */
export function startWorker(): Worker {
  // Vite's dev server moves code away from the files beside it, and gives a worker only what is bundled: the build for pages without
  // a bundler is, and can be had where npm has put it.
  const [site, moved] = import.meta.url.split('/node_modules/.vite/');
  if (moved) return new Worker(`${site}/node_modules/tfjs-zoo/dist/page/main.js`, { type: 'module' });
  try {
    return new Worker(new URL('./main.js', import.meta.url), { type: 'module' });
  } catch {
    // A page may start no worker of another site, but one of its own that imports it.
    const file = './main.js'; // which no bundler is to look for once more
    return startForeign(new URL(file, import.meta.url).href);
  }
}

function startForeign(address: string): Worker {
  const code = new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(code);
  const worker = new Worker(url, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
