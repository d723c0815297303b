import { byId } from './dom.js';
import { remember } from './memory.js';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** The button that turns light to dark and back. Until it is used, the system's choice holds. */
export function initTheme(): void {
  const button = byId('theme', HTMLButtonElement);
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : systemIsDark.matches);
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    root.dataset.theme = theme;
    remember('theme', theme);
    show();
  });
  systemIsDark.addEventListener('change', show);
  show();
}
