interface LayerBase {
  readonly name: string;
  /** In torchvision's state dict. */
  readonly module: string;
  /** Height, width and channels of an image, or the features of a row. */
  readonly input: readonly number[];
  readonly output: readonly number[];
}

export interface Conv extends LayerBase {
  readonly op: 'conv';
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly relu: true;
}

interface MaxPool extends LayerBase {
  readonly op: 'maxPool';
  readonly kernel: number;
  readonly stride: number;
}

interface Flatten extends LayerBase {
  readonly op: 'flatten';
}

interface Linear extends LayerBase {
  readonly op: 'linear';
  readonly relu: boolean;
}

export type Layer = Conv | MaxPool | Flatten | Linear;

const conv = { op: 'conv', stride: 1, relu: true } as const;
const pool = { op: 'maxPool', kernel: 3, stride: 2 } as const;
const linear = { op: 'linear', relu: true } as const;

/** torchvision's AlexNet as it predicts: without dropout, and with each ReLU in the layer before it, where runtimes fuse it. */
export const alexnet: readonly Layer[] = [
  // biome-ignore format: a table
  { ...conv, name: 'conv1', module: 'features.0', input: [224, 224, 3], kernel: 11, stride: 4, padding: 2, output: [55, 55, 64] },
  { ...pool, name: 'pool1', module: 'features.2', input: [55, 55, 64], output: [27, 27, 64] },
  { ...conv, name: 'conv2', module: 'features.3', input: [27, 27, 64], kernel: 5, padding: 2, output: [27, 27, 192] },
  { ...pool, name: 'pool2', module: 'features.5', input: [27, 27, 192], output: [13, 13, 192] },
  { ...conv, name: 'conv3', module: 'features.6', input: [13, 13, 192], kernel: 3, padding: 1, output: [13, 13, 384] },
  { ...conv, name: 'conv4', module: 'features.8', input: [13, 13, 384], kernel: 3, padding: 1, output: [13, 13, 256] },
  { ...conv, name: 'conv5', module: 'features.10', input: [13, 13, 256], kernel: 3, padding: 1, output: [13, 13, 256] },
  { ...pool, name: 'pool5', module: 'features.12', input: [13, 13, 256], output: [6, 6, 256] },
  { op: 'flatten', name: 'flatten', module: 'avgpool', input: [6, 6, 256], output: [9216] },
  { ...linear, name: 'fc1', module: 'classifier.1', input: [9216], output: [4096] },
  { ...linear, name: 'fc2', module: 'classifier.4', input: [4096], output: [4096] },
  { ...linear, name: 'fc3', module: 'classifier.6', input: [4096], output: [1000], relu: false },
];

/** Multiply-adds of one image. */
export function multiplyAdds(layer: Layer): number {
  const outputs = layer.output.reduce((product, size) => product * size, 1);
  if (layer.op === 'conv') return outputs * layer.kernel ** 2 * layer.input[2]!;
  return layer.op === 'linear' ? outputs * layer.input[0]! : 0;
}
