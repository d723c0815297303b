import { byId } from './dom.js';

const names = ['classify', 'look', 'train', 'bring'] as const;
export type View = (typeof names)[number];

const tabOf = (view: View) => byId(`tab-${view}`, HTMLButtonElement);
const isView = (name: string): name is View => (names as readonly string[]).includes(name);
const listeners: ((view: View) => void)[] = [];

/** The view whose panel is shown. */
export let currentView: View = 'classify';

/** Calls `listener` for each view that is shown, beginning with the next. */
export function onView(listener: (view: View) => void): void {
  listeners.push(listener);
}

/** Shows a view, and keeps it in the address, so that it can be linked to and gone back from. */
export function showView(view: View): void {
  if (view !== currentView) location.hash = `/${view}`; // with a slash, or the browser would scroll to the panel
  show(view);
}

function show(view: View): void {
  currentView = view;
  for (const name of names) {
    const isShown = name === view;
    tabOf(name).setAttribute('aria-selected', String(isShown));
    tabOf(name).tabIndex = isShown ? 0 : -1;
    byId(name, HTMLElement).hidden = !isShown;
  }
  for (const field of document.querySelectorAll<HTMLElement>('[data-for]')) {
    field.hidden = !field.dataset.for!.split(' ').includes(view);
  }
  for (const listener of listeners) listener(view);
}

/** Where each key leads from a tab, as the ARIA practices have it. */
const moves: Readonly<Record<string, (index: number) => number>> = {
  ArrowRight: (index) => (index + 1) % names.length,
  ArrowLeft: (index) => (index + names.length - 1) % names.length,
  Home: () => 0,
  End: () => names.length - 1,
};

export function initTabs(): void {
  for (const [index, name] of names.entries()) {
    tabOf(name).addEventListener('click', () => showView(name));
    tabOf(name).addEventListener('keydown', (event) => {
      const next = names[moves[event.key]?.(index) ?? -1];
      if (!next) return;
      event.preventDefault();
      showView(next);
      tabOf(next).focus();
    });
  }
  const fromAddress = () => {
    const name = location.hash.slice(2);
    show(isView(name) ? name : 'classify');
  };
  addEventListener('hashchange', fromAddress);
  fromAddress();
}
