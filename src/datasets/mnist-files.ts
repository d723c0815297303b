/** A set of images in MNIST's form: what its files and classes are called, and where the files may lie. */
export interface MnistFiles {
  /** As torchvision's class, and the folder in which torchvision keeps the files. */
  readonly name: string;
  readonly classes: readonly string[];
  /** Where Debian's package has them. */
  readonly debian?: string;
}

export const mnistFiles: MnistFiles = {
  name: 'MNIST',
  classes: [
    '0 - zero',
    '1 - one',
    '2 - two',
    '3 - three',
    '4 - four',
    '5 - five',
    '6 - six',
    '7 - seven',
    '8 - eight',
    '9 - nine',
  ],
};

export const fashionMnistFiles: MnistFiles = {
  name: 'FashionMNIST',
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  debian: '/usr/share/datasets/fashion-mnist',
};
