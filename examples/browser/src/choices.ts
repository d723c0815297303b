import { type models, weights } from 'tfjs-zoo';

/** Trained weights that come with the page, at one precision. */
export interface Precision {
  readonly label: string;
  /** What the library is told. */
  readonly options: { readonly pretrained: true } | { readonly weights: string };
  /** The folder of the files, by which the page knows what it keeps of them. */
  readonly folder: string;
}

/** A model in the list; one without precisions needs weights of the user's. */
export interface Choice {
  readonly label: string;
  readonly model: models.ModelName;
  readonly precisions: readonly Precision[];
  /** The kind of pictures that it knows. */
  readonly samples: 'photographs' | 'clothes';
}

export const choices: Readonly<Record<string, Choice>> = {
  efficientnet_lite0: {
    label: 'EfficientNet-Lite0',
    model: 'efficientnet_lite0',
    precisions: [published('efficientnet_lite0', '16 bits, 9.6 MB'), converted('efficientnet_lite0', '8 bits, 5.0 MB')],
    samples: 'photographs',
  },
  alexnet: { label: 'AlexNet, with your file', model: 'alexnet', precisions: [], samples: 'photographs' },
  lenet: {
    label: 'LeNet for clothes',
    model: 'lenet',
    precisions: [published('lenet', '32 bits, 0.2 MB'), converted('lenet', '8 bits, 0.05 MB')],
    samples: 'clothes',
  },
};

/** The weights in the package, which the build has put beside the page. */
function published(model: models.ModelName, label: string): Precision {
  return { label, options: { pretrained: true }, folder: new URL('.', weights.defaultEntry(model)!.url).href };
}

/** What tools/pack-weights.ts has written. */
function converted(model: models.ModelName, label: string): Precision {
  const folder = new URL(`models/${model}-uint8/`, document.baseURI).href;
  return { label, options: { weights: folder }, folder };
}
