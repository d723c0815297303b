import { byId } from './dom.js';

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
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Forbidden in some private windows: the choice then lasts as long as the page.
    }
    show();
  });
  systemIsDark.addEventListener('change', show);
  show();
}
