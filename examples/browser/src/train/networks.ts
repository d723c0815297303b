import { createModel, type models, transforms } from 'tfjs-zoo';

/** A network that can be trained in a tab, and how. */
export interface Network {
  readonly label: string;
  readonly says: string;
  readonly model: models.ModelName;
  readonly rate: number;
  /** Height and width of the images that it sees. */
  readonly size: number;
  create(): Promise<models.ImageModel>;
}

export const networks: Readonly<Record<string, Network>> = {
  lenet: {
    label: 'LeNet',
    says: 'Two convolutions and three linear layers, 44,426 parameters. Quick on anything.',
    model: 'lenet',
    rate: 0.002,
    size: 28,
    create: () => createModel('lenet'),
  },
  alexnet_d2l: {
    label: 'Small AlexNet',
    says: 'That of “Dive into Deep Learning” with a quarter of its channels, on images enlarged to 96 × 96: 17 million parameters. It wants a GPU.',
    model: 'alexnet_d2l',
    rate: 0.0005,
    size: 96,
    create: () => createModel('alexnet_d2l', { channels: [24, 64, 96, 96, 64] }),
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
