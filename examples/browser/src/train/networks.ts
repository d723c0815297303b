import { createModel, type models, type nn, training, transforms } from 'tfjs-zoo';

/** A network that can be trained in a tab, and how. */
export interface Network {
  readonly label: string;
  readonly says: string;
  readonly model: models.ModelName;
  readonly rate: number;
  /** Height and width of the images that it sees. */
  readonly size: number;
  create(): Promise<models.ImageModel>;
  optimizer(parameters: nn.Parameter[], lr: number): training.Optimizer;
}

export const networks: Readonly<Record<string, Network>> = {
  lenet: {
    label: 'LeNet',
    says: 'Two convolutions and three linear layers, 44,426 parameters, with Adam. Quick on anything.',
    model: 'lenet',
    rate: 0.002,
    size: 28,
    create: () => createModel('lenet'),
    optimizer: (parameters, lr) => new training.Adam(parameters, { lr }),
  },
  alexnet_d2l: {
    label: 'AlexNet, a small one',
    says: 'That of “Dive into Deep Learning” with a quarter of its channels, on images enlarged to 96 × 96, with SGD. It wants a GPU.',
    model: 'alexnet_d2l',
    rate: 0.01,
    size: 96,
    create: () => createModel('alexnet_d2l', { channels: [24, 64, 96, 96, 64] }),
    optimizer: (parameters, lr) => new training.SGD(parameters, { lr, momentum: 0.9 }),
  },
};

/** What makes an input of any picture, as the network's images are made. */
export function preprocessingFor({ size }: Network): models.Preprocessing {
  return new transforms.Compose([
    new transforms.Resize([size, size]),
    new transforms.Grayscale(),
    new transforms.ToTensor(),
  ]);
}
