// Keeps the page in the browser, so that it works without a network. tools/precache.ts writes the list of files before it.

interface LifetimeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface RequestEvent extends LifetimeEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** What TypeScript's library for pages lacks of a service worker. */
interface Worker {
  readonly offlineFiles: { readonly version: string; readonly shell: string[]; readonly later: string[] };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifetimeEvent) => void): void;
  addEventListener(type: 'message', listener: (event: LifetimeEvent & MessageEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: RequestEvent) => void): void;
}

const worker = self as unknown as Worker;
const { version, shell, later } = worker.offlineFiles;
const prefix = 'tfjs-zoo-demo-';
const name = prefix + version;
const page = new URL('index.html', location.href).href;
const known = new Set([...shell, ...later].map((path) => new URL(path, location.href).href));

worker.addEventListener('install', (event) => {
  event.waitUntil(keep(shell).then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'keep the rest') event.waitUntil(keep(later));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = request.url.split(/[?#]/)[0]!;
  if (request.mode === 'navigate') event.respondWith(isolated(fetch(request).catch(() => kept(page))));
  // Large weights are left to the library, which keeps them itself.
  else if (request.method === 'GET' && known.has(url)) event.respondWith(kept(url));
});

/** Files that are not kept yet. */
async function keep(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(name);
  const have = new Set((await cache.keys()).map(({ url }) => url));
  await cache.addAll(paths.map((path) => new URL(path, location.href).href).filter((url) => !have.has(url)));
}

/** A file as it is kept, or else from the server. */
async function kept(url: string): Promise<Response> {
  const cache = await caches.open(name);
  const response = await cache.match(url);
  if (response) return response;
  const fetched = await fetch(url);
  if (fetched.ok) await cache.put(url, fetched.clone());
  return fetched;
}

/** Those of earlier builds. */
async function dropOthers(): Promise<void> {
  const old = (await caches.keys()).filter((each) => each.startsWith(prefix) && each !== name);
  await Promise.all(old.map((each) => caches.delete(each)));
}

/** With the headers that threads need, also where the host sends none. */
async function isolated(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (response.type === 'opaqueredirect') return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
