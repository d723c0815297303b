import { initCamera } from '../camera.js';
import { announce, byId, showFacts, showText } from '../dom.js';
import { photoOf } from '../photo.js';
import { current, onShared, share } from '../session.js';
import { currentChoice } from '../strip.js';
import { showView } from '../tabs.js';
import { errorText, timeText } from '../text.js';
import { showPredictions, spoken } from './predictions.js';
import { firstPhotograph, showSamples } from './samples.js';

const stage = byId('stage', HTMLElement);
const picture = byId('photo', HTMLImageElement);
const predictionList = byId('predictions', HTMLElement);
const times = byId('times', HTMLElement);
const problem = byId('answer-error', HTMLElement);
const samples = byId('samples', HTMLElement);

export function initClassify(): void {
  byId('photo-file', HTMLInputElement).addEventListener('change', ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file) void takePhoto(file, file.name);
  });
  initCamera(
    (blob) => void takePhoto(blob, 'From the camera'),
    (message) => showText(problem, message),
  );
  onShared('engine', (engine) => {
    if (engine) showSamples(samples, currentChoice()?.samples ?? kindFor(engine.name), takePhoto);
    void answer();
  });
  onShared('photo', () => void answer());
  showSamples(samples, 'photographs', takePhoto);
  void firstPhotograph().then(({ blob, name }) => takePhoto(blob, name));
}

const kindFor = (model: string) => (model === 'lenet' ? 'clothes' : 'photographs');

/** Shows a picture, and has the model say what it is. */
async function takePhoto(blob: Blob, name: string): Promise<void> {
  try {
    const photo = await photoOf(blob, name);
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(photo.blob);
    picture.alt = name;
    picture.hidden = false;
    byId('stage-hint', HTMLElement).hidden = true;
    // Small pictures are shown as the pixels that they are.
    picture.onload = () => stage.classList.toggle('pixels', picture.naturalWidth < 100);
    share('photo', photo);
  } catch (error) {
    showText(problem, errorText(error));
  }
}

/** A picture that came from outside: the view that shows it is shown. */
export function takeArrival(file: File): void {
  showView('classify');
  void takePhoto(file, file.name || 'A pasted picture');
}

let latest = 0;

async function answer(): Promise<void> {
  const [engine, photo] = [current('engine'), current('photo')];
  const number = ++latest;
  showText(problem, '');
  predictionList.classList.add('waiting');
  if (!engine || !photo) return;
  try {
    const { predictions, preprocessing, inference } = await engine.classify(photo.blob);
    if (number !== latest) return; // another picture or model has come
    predictionList.classList.remove('waiting');
    showPredictions(predictionList, predictions);
    announce(spoken(predictions));
    showFacts(times, [
      ['Preprocessing', timeText(preprocessing)],
      ['Inference', timeText(inference)],
    ]);
  } catch (error) {
    if (number === latest) showText(problem, errorText(error));
  }
}
