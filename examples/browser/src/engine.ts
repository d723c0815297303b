import { backends, createClassifier, models, type transforms } from 'tfjs-zoo';
import { nextFrame } from './turns.js';

// The one place where classifying calls the library, so that a classifier in a worker would be one line here.

export type BackendChoice = backends.BackendName | 'auto';

export async function startBackend(name: BackendChoice): Promise<backends.BackendInfo> {
  // An app brings it, for most need none; it registers itself.
  if ('gpu' in navigator && (name === 'auto' || name === 'webgpu')) await import('@tensorflow/tfjs-backend-webgpu');
  return backends.use(name);
}

/** Calls `listener` when the GPU is gone, and with it every model on it. */
export function onBackendLost(listener: () => void): void {
  backends.onLost(listener);
}

/** A classifier that tells how long it takes. */
export interface Engine {
  readonly model: models.ImageModel;
  readonly name: models.ModelName;
  readonly report: models.WeightsReport;
  preprocess: models.Classifier['preprocess'];
  /** Makes the first answer as fast as the next. */
  warmup(): Promise<void>;
  classify(image: Blob): Promise<Classified>;
  dispose(): void;
}

/** Times are in milliseconds. */
export interface Classified {
  readonly predictions: readonly models.Prediction[];
  /** Decoding, resizing, cropping, normalising. */
  readonly preprocessing: number;
  /** The network, and reading its answer. */
  readonly inference: number;
}

export async function createEngine(
  name: models.ModelName,
  options: Pick<
    models.ClassifierOptions,
    'weights' | 'pretrained' | 'categories' | 'transforms' | 'onProgress' | 'signal'
  >,
): Promise<Engine> {
  let report: models.WeightsReport = { loaded: [], fresh: [] };
  const created = await createClassifier(name, { ...options, onLoad: (loaded) => (report = loaded) });
  let preparedAt = 0;
  const timed: models.Preprocessing = {
    apply(image: transforms.RGBImage) {
      const input = created.transforms.apply(image);
      preparedAt = performance.now();
      return input;
    },
  };
  const classifier = new models.Classifier<models.ImageModel>(created.model, timed, created.categories);
  return {
    model: classifier.model,
    name,
    report,
    preprocess: (image) => classifier.preprocess(image),
    warmup: () => classifier.warmup(),
    async classify(image) {
      await nextFrame(); // so that the page shows what it waits for
      const start = performance.now();
      const predictions = await classifier.classify(image);
      return { predictions, preprocessing: preparedAt - start, inference: performance.now() - preparedAt };
    },
    dispose: () => classifier.dispose(),
  };
}
