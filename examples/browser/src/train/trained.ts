import type { models } from 'tfjs-zoo';
import { writeSafetensors } from 'tfjs-zoo/converters';
import { byId, make } from '../dom.js';
import { useOwn } from '../strip.js';
import { showView } from '../tabs.js';
import { type Network, preprocessingFor } from './networks.js';

// What can be done with a network when its training has ended.

const box = byId('train-done', HTMLElement);

let trained: { model: models.ImageModel; network: Network; classes: readonly string[] } | undefined;

export function initTrained(): void {
  byId('train-download', HTMLButtonElement).addEventListener('click', () => void download());
  byId('train-use', HTMLButtonElement).addEventListener('click', () => void use());
}

/** Offers a network, which is freed when the next one takes its place. */
export function offer(model: models.ImageModel, network: Network, classes: readonly string[]): void {
  trained = { model, network, classes };
  box.hidden = false;
}

export function withdraw(): void {
  trained?.model.dispose();
  trained = undefined;
  box.hidden = true;
}

async function download(): Promise<void> {
  const { model, network } = trained!;
  const bytes = await writeSafetensors(await model.stateDict());
  const url = URL.createObjectURL(new Blob([bytes]));
  make('a', { href: url, download: `${network.model}-fashion-mnist.safetensors` }).click();
  URL.revokeObjectURL(url);
}

async function use(): Promise<void> {
  const { model, network, classes } = trained!;
  const weights = await model.stateDict();
  showView('classify');
  const options = { weights, categories: classes, transforms: preprocessingFor(network) };
  await useOwn({ label: `${network.label}, trained here`, model: network.model, options });
}
