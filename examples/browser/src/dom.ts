/** The element of that id, which index.html has. */
export function byId<E extends Element>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`index.html: expected a ${type.name} with the id '${id}'.`);
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A new element; an attribute that is false is left out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/** Shows names and values in a `<dl>`. */
export function showFacts(list: HTMLElement, facts: readonly (readonly [name: string, value: string])[]): void {
  list.replaceChildren(...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
}

/** Shows a text in an element that is hidden without one. */
export function showText(element: HTMLElement, text: string): void {
  element.textContent = text;
  element.hidden = text === '';
}

/** A choice in a `<select>`. */
export function option(value: string, label: string, selected = false): HTMLOptionElement {
  return new Option(label, value, selected, selected);
}

/** Has a screen reader say something. What changes many times in a second is better only shown. */
export function announce(text: string): void {
  byId('announced', HTMLElement).textContent = text;
}
