import chelsea from '../../../images/chelsea.png?url';
import coffee from '../../../images/coffee.png?url';
import rocket from '../../../images/rocket.jpg?url';
import type { Choice } from '../choices.js';
import { make } from '../dom.js';

interface Sample {
  readonly name: string;
  readonly url: string;
}

const photographs: readonly Sample[] = [
  { name: 'A tabby cat', url: chelsea },
  { name: 'A cup of espresso', url: coffee },
  { name: 'A rocket on its pad', url: rocket },
];

/** Those that tools/pack-data.ts has written, one of each class. */
const clothes: readonly Sample[] = Array.from({ length: 10 }, (_, number) => ({
  name: `Test image ${number + 1}`,
  url: new URL(`data/sample-${number}.png`, document.baseURI).href,
}));

/** Shows pictures to begin with, of the kind that a model knows; `take` gets the one that is pressed. */
export function showSamples(
  list: HTMLElement,
  kind: Choice['samples'],
  take: (blob: Blob, name: string) => void,
): void {
  const samples = kind === 'photographs' ? photographs : clothes;
  list.dataset.kind = kind;
  list.replaceChildren(...samples.map((sample) => make('li', {}, buttonOf(sample, take))));
}

function buttonOf({ name, url }: Sample, take: (blob: Blob, name: string) => void): HTMLElement {
  const image = make('img', { src: url, alt: name, loading: 'lazy' });
  const button = make('button', { type: 'button', title: name }, image);
  // Where the data set was not there to be packed.
  image.addEventListener('error', () => button.parentElement?.remove());
  button.addEventListener('click', async () => take(await (await fetch(url)).blob(), name));
  return button;
}

/** The picture to begin with. */
export async function firstPhotograph(): Promise<{ blob: Blob; name: string }> {
  const [{ name, url }] = photographs as [Sample];
  return { blob: await (await fetch(url)).blob(), name };
}
