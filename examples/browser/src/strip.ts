import type { backends, models } from 'tfjs-zoo';
import { choices } from './choices.js';
import { announce, byId, option } from './dom.js';
import { type BackendChoice, createEngine, type Engine, onBackendLost, startBackend } from './engine.js';
import { isKept } from './kept.js';
import { remember, remembered } from './memory.js';
import { current, onShared, share } from './session.js';
import { bytesText, countText, errorText, timeText } from './text.js';
import { nextFrame } from './turns.js';

// The strip under the tabs: which model, at which precision, on which backend, and how far loading it has come.

/** Weights of the user's. */
export interface OwnModel {
  readonly label: string;
  readonly model: models.ModelName;
  readonly options: Pick<models.ClassifierOptions, 'weights' | 'categories' | 'transforms'>;
}

const OWN = 'own';
const backendLabels: readonly (readonly [BackendChoice, string])[] = [
  ['auto', 'Automatic'],
  ['webgl', 'WebGL'],
  ['webgpu', 'WebGPU'],
  ['wasm', 'WebAssembly'],
  ['cpu', 'Plain JavaScript'],
];

const modelPicker = byId('model', HTMLSelectElement);
const precisionPicker = byId('precision', HTMLSelectElement);
const backendPicker = byId('backend', HTMLSelectElement);
const text = byId('engine-text', HTMLElement);
const progress = byId('engine-progress', HTMLProgressElement);
const ownForm = byId('own-weights', HTMLFormElement);

let own: OwnModel | undefined;
let loading = new AbortController();
let starting: Promise<unknown> = Promise.resolve();

/** The choice in the list, where it is not a model of the user's. */
export function currentChoice() {
  return choices[modelPicker.value];
}

export function initStrip(): void {
  modelPicker.append(...Object.entries(choices).map(([id, { label }]) => option(id, label)));
  const hasWebgpu = 'gpu' in navigator;
  backendPicker.append(
    ...backendLabels.filter(([name]) => name !== 'webgpu' || hasWebgpu).map(([name, label]) => option(name, label)),
  );
  modelPicker.addEventListener('change', () => {
    showPrecisions();
    void load();
  });
  precisionPicker.addEventListener('change', () => void load());
  const before = remembered('backend');
  if (backendPicker.querySelector(`[value='${before}']`)) backendPicker.value = before!;
  backendPicker.addEventListener('change', () => {
    remember('backend', backendPicker.value);
    void switchBackend();
  });
  onBackendLost(() => void switchBackend());
  onShared('isTraining', (isTraining) => {
    backendPicker.disabled = isTraining;
  });
  byId('own-file', HTMLInputElement).addEventListener('change', ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file) void useOwn({ label: `AlexNet, ${file.name}`, model: 'alexnet', options: { weights: file } });
  });
  ownForm.addEventListener('submit', (event) => {
    event.preventDefault();
    const url = byId('own-url', HTMLInputElement).value;
    if (url) void useOwn({ label: `AlexNet, ${url.split('/').at(-1)}`, model: 'alexnet', options: { weights: url } });
  });
  showPrecisions();
  void switchBackend();
}

/** Loads weights of the user's, and puts them into the list. */
export async function useOwn(model: OwnModel): Promise<void> {
  own = model;
  modelPicker.querySelector(`[value='${OWN}']`)?.remove();
  modelPicker.append(option(OWN, model.label, true));
  showPrecisions();
  await load();
}

function showPrecisions(): void {
  const precisions = currentChoice()?.precisions ?? [];
  precisionPicker.replaceChildren(...precisions.map(({ label }, index) => option(String(index), label)));
  if (precisions.length === 0) precisionPicker.append(option('', 'as in the file'));
  precisionPicker.disabled = precisions.length < 2;
}

async function switchBackend(): Promise<void> {
  const name = backendPicker.value as BackendChoice;
  dropEngine();
  say('Starting …');
  let problem = '';
  // One after the other, for TensorFlow.js starts one backend at a time.
  starting = starting.then(async () => {
    try {
      const info = await startBackend(name);
      byId('backend-text', HTMLElement).textContent = `Computing on ${backendText(info)}`;
      share('backend', info);
    } catch (error) {
      problem = errorText(error);
      // The one before goes on.
      if (current('backend')) backendPicker.value = current('backend')!.name;
    }
  });
  await starting;
  await load();
  if (problem) warn(`${name} did not start: ${problem}`);
}

function dropEngine(): void {
  loading.abort();
  loading = new AbortController();
  const engine = current('engine');
  share('engine', undefined);
  engine?.dispose();
}

async function load(): Promise<void> {
  dropEngine();
  const { signal } = loading;
  const choice = currentChoice();
  const precision = choice?.precisions[Number(precisionPicker.value)];
  ownForm.hidden = !choice || precision !== undefined;
  if (!ownForm.hidden) return say('AlexNet waits for its weights.');
  if (!current('backend')) return;
  const [name, options] = precision ? [choice!.model, precision.options] : [own!.model, own!.options];
  const source = precision ? ((await isKept(precision.folder)) ? 'kept in this browser' : 'downloaded') : 'yours';
  say('Loading …');
  await nextFrame();
  const start = performance.now();
  let bytes = 0;
  try {
    const engine = await createEngine(name, {
      ...options,
      signal,
      onProgress({ loaded, total }) {
        bytes = loaded;
        progress.hidden = false;
        progress.value = loaded / total;
        text.textContent = `Loading ${bytesText(loaded)} of ${bytesText(total)}`;
      },
    });
    if (!signal.aborted) {
      say('Preparing the backend …');
      await engine.warmup();
    }
    if (signal.aborted) return engine.dispose();
    say(describe(engine, bytes, source, performance.now() - start));
    share('engine', engine);
  } catch (error) {
    if (!signal.aborted) warn(errorText(error));
  }
}

function describe({ model }: Engine, bytes: number, source: string, time: number): string {
  const parameters = [...model.parameters()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const size = bytes > 0 ? `${bytesText(bytes)}, ` : '';
  return `Ready on ${backendText(current('backend')!)} · ${countText(parameters)} parameters · ${size}${source}, in ${timeText(time)}`;
}

function backendText({ name, threads }: backends.BackendInfo): string {
  if (threads === undefined) return name;
  return `${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function say(message: string): void {
  progress.hidden = true;
  text.classList.remove('error');
  text.textContent = message;
  announce(message);
}

function warn(message: string): void {
  say(message);
  text.classList.add('error');
}
