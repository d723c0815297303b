import { manualSeed, type training } from 'tfjs-zoo';
import { announce, byId, option, showText } from '../dom.js';
import { current, onShared, share } from '../session.js';
import { onView } from '../tabs.js';
import { countText, errorText, percentText } from '../text.js';
import { loadData } from './data.js';
import type { GrayImages, Split } from './images.js';
import { networks } from './networks.js';
import { addAccuracy, addLoss, clearCurves, initCurves } from './progress.js';
import { BATCH_SIZE, TrainingRun, type Watcher } from './run.js';
import { markTiles, showTiles } from './tiles.js';
import { initTrained, offer, withdraw } from './trained.js';

const SEED = 1;
/** Test images that are looked at on the way, and those of them that are shown. */
const [WATCHED, SHOWN] = [200, 40];

/** Steps between what a screen reader is told. */
const SAID_EVERY = 100;

const picker = byId('network', HTMLSelectElement);
const rate = byId('rate', HTMLInputElement);
const epochs = byId('epochs', HTMLInputElement);
const start = byId('train-start', HTMLButtonElement);
const pause = byId('train-pause', HTMLButtonElement);
const stop = byId('train-stop', HTMLButtonElement);
const says = byId('train-says', HTMLElement);
const progress = byId('train-progress', HTMLProgressElement);
const problem = byId('train-error', HTMLElement);
const tiles = byId('tiles', HTMLElement);

let split: Split | undefined;
let run: TrainingRun | undefined;

export function initTrain(): void {
  picker.append(...Object.entries(networks).map(([id, { label }]) => option(id, label)));
  picker.addEventListener('change', showNetwork);
  byId('train-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (split && !run) void train(split);
  });
  pause.addEventListener('click', () => {
    const isPaused = run?.togglePause() ?? false;
    pause.textContent = isPaused ? 'Resume' : 'Pause';
    if (isPaused) say(`Paused. ${says.textContent}`);
  });
  stop.addEventListener('click', () => run?.stop());
  onShared('backend', showReady);
  onView((view) => {
    if (view === 'train') void prepare();
  });
  showNetwork();
  showReady();
  initCurves();
  initTrained();
}

/** Shows what happens, and has it said. */
function say(message: string): void {
  says.textContent = message;
  announce(message);
}

function showNetwork(): void {
  const network = networks[picker.value]!;
  byId('network-says', HTMLElement).textContent = network.says;
  rate.value = String(network.rate);
}

/** Which buttons there are, and whether they can be pressed. */
function showReady(): void {
  const isRunning = run !== undefined;
  start.disabled = !split || !current('backend');
  start.hidden = isRunning;
  [pause.hidden, stop.hidden, progress.hidden] = [!isRunning, !isRunning, !isRunning];
  pause.textContent = 'Pause';
  for (const field of [picker, rate, epochs]) field.disabled = isRunning;
}

async function prepare(): Promise<void> {
  try {
    await loadData(takeData, (loaded) => {
      says.textContent = `Loading images, ${(100 * loaded).toFixed(0)} %`;
    });
  } catch (error) {
    showText(problem, `The images could not be loaded. ${errorText(error)}`);
  }
}

function takeData(data: Split): void {
  const { train, test } = data;
  split = data;
  say(`${countText(train.length)} images to train on, ${countText(test.length)} to test with.`);
  showTiles(tiles, test.first(Math.min(SHOWN, test.length)));
  clearCurves(stepsOf(data));
  showReady();
}

async function train(data: Split): Promise<void> {
  const network = networks[picker.value]!;
  const settings = { epochs: epochs.valueAsNumber, rate: rate.valueAsNumber };
  const steps = stepsOf(data);
  showText(problem, '');
  withdraw();
  clearCurves(steps);
  share('isTraining', true);
  manualSeed(SEED); // the same run each time, on the same backend
  const watched = data.test.first(Math.min(WATCHED, data.test.length));
  const model = await network.create();
  run = new TrainingRun(network, model, data, watched, watcherOf(watched, steps, settings.epochs));
  showReady();
  try {
    const history = await run.fit(settings);
    say(summaryOf(history));
    offer(model, network, data.train.classes);
  } catch (error) {
    model.dispose();
    showText(problem, errorText(error));
  } finally {
    run = undefined;
    showReady();
    share('isTraining', false);
  }
}

/** How many steps the training that is set has. */
function stepsOf({ train }: Split): number {
  return (epochs.valueAsNumber || 1) * Math.ceil(train.length / BATCH_SIZE);
}

function watcherOf(watched: GrayImages, steps: number, ofEpochs: number): Watcher {
  return {
    onStep({ epoch, step, loss }) {
      addLoss(step, loss);
      progress.value = step / steps;
      says.textContent = `Epoch ${epoch} of ${ofEpochs}, step ${countText(step)} of ${countText(steps)}`;
    },
    onCheck(step, predicted, accuracy) {
      addAccuracy(step, accuracy);
      if (step > 0 && step % SAID_EVERY === 0) announce(`${percentText(accuracy)} right after step ${step}`);
      markTiles(tiles, watched, predicted);
      byId('tiles-says', HTMLElement).textContent = `${percentText(accuracy)} of ${watched.length} right`;
    },
  };
}

function summaryOf(history: readonly training.EpochRecord[]): string {
  const last = history.at(-1)?.validation?.accuracy;
  if (last === undefined) return 'Stopped, within the first epoch.';
  return `Trained. After epoch ${history.length}, ${percentText(last)} of all test images were right.`;
}
