// The program of a classifier's worker: 'tfjs-zoo/worker'. It answers what a WorkerClassifier asks.
import * as weights from '../../../weights/index.js';
import * as backends from '../../backends/index.js';
import type { ImageSource } from '../../transforms/index.js';
import { type Classifier, createClassifier } from '../classifier.js';
import type { ModelName } from '../zoo.js';
import { type CallName, type Calls, type Reply, type Request, sendError } from './messages.js';

/** A call with what it may tell on the way. */
type Answers = {
  [Name in CallName]: (
    tell: (news: Partial<Reply>) => void,
    ...args: Parameters<Calls[Name]>
  ) => Promise<ReturnType<Calls[Name]>>;
};

let classifier: Classifier | undefined;

const answers: Answers = {
  async create(tell, { name, options, backend, entries, baseUrl, ...backendOptions }) {
    for (const entry of entries) weights.registerWeights(entry);
    weights.setBaseUrl(baseUrl);
    const info = await backends.use(backend, backendOptions);
    classifier = await createClassifier(name as ModelName, {
      ...options,
      onProgress: (progress) => tell({ progress }),
      onLoad: (report) => tell({ report }),
    });
    return { backend: info, categories: classifier.categories };
  },
  async warmup() {
    await classifier!.warmup();
    return undefined;
  },
  async classify(_tell, images: readonly ImageSource[], top) {
    return classifier!.classify(images, { top });
  },
  async features(_tell, images: readonly ImageSource[]) {
    const features = await classifier!.features(images);
    const values = (await features.data()) as Float32Array;
    const { shape } = features;
    features.dispose();
    return { values, shape };
  },
};

globalThis.addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  const { id, call, args } = data;
  const tell = (news: object) => globalThis.postMessage({ id, ...news });
  try {
    const answer = answers[call] as (tell: (news: object) => void, ...args: unknown[]) => Promise<unknown>;
    tell({ result: await answer(tell, ...args) });
  } catch (error) {
    tell({ error: sendError(error) });
  }
});
