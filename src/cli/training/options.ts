// What `train` takes, and what of it a training keeps for the time when it is resumed.

/** What is trained, and how: a training that is resumed has those that it began with. */
export const trainingOptions = {
  model: { value: 'NAME', description: 'A model of tfjs-zoo models' },
  data: {
    value: 'NAME|FOLDER',
    description: 'fashion-mnist, mnist, or a folder of images: train and val, each with a folder per class',
  },
  root: {
    value: 'FOLDER',
    description: 'Where the files of fashion-mnist or mnist are (default: found, or downloaded)',
  },
  resize: { value: 'N', description: 'Height and width that images are resized to (default: those the model is for)' },
  augment: {
    value: 'NAMES',
    description: 'What is done to training images: crop, resized-crop, flip, jitter, erase; several with commas',
  },
  limit: { value: 'N', description: 'Take this many examples at most, of training and of validation' },
  'batch-size': { value: 'N', description: 'Examples in a step (default: 128)' },
  optimizer: { value: 'NAME', description: 'sgd, adam, adamw or rmsprop (default: sgd)' },
  lr: { value: 'RATE', description: 'Learning rate (default: 0.01, of adam and adamw 0.001)' },
  momentum: { value: 'X', description: 'Of sgd and rmsprop (default: 0)' },
  'weight-decay': { value: 'X', description: "(default: the optimizer's)" },
  schedule: {
    value: 'NAME',
    description:
      'How the rate falls, by epochs: cosine, step:EVERY:FACTOR, exponential:FACTOR or plateau:PATIENCE:FACTOR',
  },
  warmup: { value: 'N', description: 'Let the rate rise over the first N epochs' },
  'clip-norm': { value: 'X', description: 'The largest norm that the gradients may have together' },
  dropout: { value: 'P', description: "(default: the model's)" },
  weights: { value: 'FILE|URL', description: 'Weights to begin with; a head of other classes begins fresh' },
  pretrained: { description: 'Begin with published weights; a head of other classes begins fresh' },
  freeze: {
    value: 'PREFIXES',
    description: "Leave parameters as they are whose names begin so, such as 'features'; several with commas",
  },
  'lr-of': {
    value: 'PREFIX=RATE',
    description: 'Another rate for parameters whose names begin so; several with commas',
  },
  seed: { value: 'N', description: 'What initial weights, shuffling and dropout follow (default: 0)' },
} as const;

/** What may compute here. */
export const backendNames = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

/** How long: a training that is resumed has those that it had, or others. */
export const lengthOptions = {
  epochs: { value: 'N', description: 'How many times the data is gone through, in all (default: 10)' },
  patience: { value: 'N', description: 'Stop after so many epochs without a better validation loss' },
} as const;

/** Options that are not kept. */
export const sessionOptions = {
  out: { value: 'FOLDER', description: 'Where checkpoints, history and curves go (default: runs/MODEL-DATA)' },
  resume: { description: 'Go on with the training that is in that folder' },
  'save-every': { value: 'N', description: 'Steps between checkpoints, beside one behind each epoch (default: 100)' },
  backend: { value: 'NAME', default: 'auto', description: `What computes: ${backendNames.join(', ')}` },
  threads: { value: 'N', description: 'Threads of the wasm backend (default: as many as there are cores)' },
  json: { description: 'Print the history as JSON lines' },
} as const;

/** The words that a training was started with, by option. */
export type TrainingWords = {
  readonly [Name in keyof typeof trainingOptions | keyof typeof lengthOptions]?: string | boolean | undefined;
};
