import { findFolder, openWebFolder } from '../../converters/index.js';
import { defaultEntry } from '../../weights/index.js';
import type { BackendName } from '../backends/index.js';
import { ZooError } from '../core/index.js';
import { type Classifier, createClassifier, listModels, type ModelName } from '../models/index.js';
import { oneOf, positiveInteger } from './command.js';
import { loadingBar } from './progress.js';

const backendNames = ['auto', 'wasm', 'cpu', 'webgl', 'webgpu', 'tensorflow'] as const satisfies readonly (
  | BackendName
  | 'auto'
)[];

/** The model whose weights are part of this package. */
export const bundledModel: ModelName = 'efficientnet_lite0';

/** What commands that need a trained model take. */
export const classifierOptions = {
  model: {
    value: 'NAME',
    description: `A model of tfjs-zoo models (default: ${bundledModel}; with --weights what a web folder names, or alexnet)`,
  },
  weights: {
    value: 'FILE|URL',
    description: 'Trained weights: a PyTorch checkpoint, a safetensors file or a web folder',
  },
  mirror: { value: 'URL', description: 'Where to download published weights from (default: TFJS_ZOO_MIRROR)' },
  backend: { value: 'NAME', default: 'auto', description: `What computes: ${backendNames.join(', ')}` },
  threads: { value: 'N', description: 'Threads of the wasm backend (default: as many as there are cores)' },
} as const;

interface Words {
  readonly model: string | undefined;
  readonly weights: string | undefined;
  readonly mirror: string | undefined;
  readonly backend: string;
  readonly threads: string | undefined;
}

export interface ChosenWeights {
  readonly name: ModelName;
  readonly weights: string | undefined;
  readonly mirror: string | undefined;
}

/** What the options say, checked before anything is loaded. */
export async function chosenClassifier({ model, weights, mirror, backend, threads }: Words) {
  const name = oneOf('--model', listModels(), model ?? (await modelOf(weights)));
  const computing = {
    backend: oneOf('--backend', backendNames, backend),
    threads: threads === undefined ? undefined : positiveInteger('threads', threads),
  };
  if (!weights && !defaultEntry(name)) throw weightsMissing(name);
  return { name, weights, mirror, ...computing };
}

/** The model that is meant where none is named. */
async function modelOf(weights: string | undefined): Promise<string> {
  if (weights === undefined) return bundledModel;
  const folder = await findFolder(weights);
  return (folder && (await openWebFolder(folder)).model?.name) ?? 'alexnet';
}

function weightsMissing(name: ModelName): ZooError {
  return new ZooError(
    `expected --weights FILE, got none. There are none to download for ${name}: pass a checkpoint of your own.`,
  );
}

export async function loadClassifier({ name, weights, mirror }: ChosenWeights): Promise<Classifier> {
  const bar = loadingBar();
  try {
    const source = weights ? { weights } : { pretrained: true, mirror };
    return await createClassifier(name, { ...source, onProgress: bar.update });
  } finally {
    bar.stop();
  }
}
