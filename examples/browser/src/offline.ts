import { byId } from './dom.js';

/** Has a service worker keep the page for the time without a network; there is one in the build only. */
export async function initOffline(): Promise<void> {
  const state = byId('offline-state', HTMLElement);
  const show = () => {
    if (!navigator.onLine) state.textContent = 'You are offline; it goes on working.';
    else state.textContent = navigator.serviceWorker?.controller ? 'It works offline too.' : '';
  };
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('controllerchange', show);
  await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI));
  const { active } = await navigator.serviceWorker.ready;
  // What only other views need, when this one has come to rest.
  const later = () => active?.postMessage('keep the rest');
  if ('requestIdleCallback' in window) requestIdleCallback(later, { timeout: 10_000 });
  else setTimeout(later, 5_000);
}
