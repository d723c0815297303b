// The program of a classifier's worker: 'tfjs-zoo/worker'. It answers what a WorkerClassifier asks.
import * as weights from '../../../weights/index.js';
import * as backends from '../../backends/index.js';
import { type Classifier, createClassifier } from '../classifier.js';
import type { ModelName } from '../zoo.js';
import { type CallName, type Calls, type Creation, type Reply, type Request, sendError } from './messages.js';

/** A call with what it may tell on the way. */
type Answers = {
  [Name in CallName]: (
    tell: (news: Partial<Reply>) => void,
    ...args: Parameters<Calls[Name]>
  ) => Promise<ReturnType<Calls[Name]>>;
};

/** What to make again where a GPU is lost: its weights come out of the cache. */
let creation: Creation;
let classifier: Promise<Classifier>;
let info: backends.BackendInfo;
let losses = 0;

backends.onLost(() => {
  losses++;
  // Behind what still waits for the lost one, and fails.
  classifier = make(() => {});
  classifier.catch(() => {}); // who asks next hears of it
});

async function make(tell: (news: Partial<Reply>) => void): Promise<Classifier> {
  const { name, options, backend, ...backendOptions } = creation;
  info = await backends.use(backend, backendOptions);
  return createClassifier(name as ModelName, {
    ...options,
    onProgress: (progress) => tell({ progress }),
    onLoad: (report) => tell({ report }),
  });
}

/** Once more, where the GPU was lost meanwhile. */
async function onClassifier<Result>(fn: (classifier: Classifier) => Promise<Result>): Promise<Result> {
  const before = losses;
  try {
    return await fn(await classifier);
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve)); // for the news of a loss
    if (losses === before) throw error;
    return fn(await classifier);
  }
}

const answers: Answers = {
  async create(tell, asked) {
    const { entries, baseUrl, ...rest } = asked;
    for (const entry of entries) weights.registerWeights(entry);
    weights.setBaseUrl(baseUrl);
    creation = rest;
    classifier = make(tell);
    const { categories } = await classifier;
    return { backend: info, categories };
  },
  async warmup() {
    await onClassifier((present) => present.warmup());
    return undefined;
  },
  classify: (_tell, images, top) => onClassifier((present) => present.classify(images, { top })),
  features: (_tell, images) =>
    onClassifier(async (present) => {
      const features = await present.features(images);
      try {
        return { values: (await features.data()) as Float32Array, shape: features.shape };
      } finally {
        features.dispose();
      }
    }),
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
