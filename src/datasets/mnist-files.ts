import type { PublishedFile } from '../../weights/index.js';

/** A set of images in MNIST's form. */
export interface MnistFiles {
  /** As torchvision's class, and the folder in which torchvision keeps the files. */
  readonly name: string;
  readonly classes: readonly string[];
  /** Where Debian's package has them. */
  readonly debian?: string;
  /** Images and labels, 'train' to train on and 't10k' to test with, by the name of the unpacked file. */
  readonly files: Readonly<Record<string, PublishedFile>>;
}

/** What is published of each file: its name, its bytes, and its SHA-256. */
type Listed = readonly [name: string, bytes: number, sha256: string];

function filesAt(
  model: string,
  [own, ...others]: readonly [string, ...string[]],
  listed: readonly Listed[],
): MnistFiles['files'] {
  const entries = listed.map(([name, bytes, sha256]): [string, PublishedFile] => {
    const file = `${name}.gz`;
    const mirrors = others.map((address) => address + file);
    return [name, { model, name: file, isData: true, url: own + file, mirrors, sha256, size: { bytes } }];
  });
  return Object.fromEntries(entries);
}

// The hashes are of the files whose MD5 torchvision lists.
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
  files: filesAt(
    'MNIST',
    [
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
      'http://yann.lecun.com/exdb/mnist/',
    ],
    [
      ['train-images-idx3-ubyte', 9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
      ['train-labels-idx1-ubyte', 28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
      ['t10k-images-idx3-ubyte', 1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
      ['t10k-labels-idx1-ubyte', 4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
    ],
  ),
};

export const fashionMnistFiles: MnistFiles = {
  name: 'FashionMNIST',
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  debian: '/usr/share/datasets/fashion-mnist',
  files: filesAt(
    'FashionMNIST',
    [
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/',
    ],
    [
      ['train-images-idx3-ubyte', 26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
      ['train-labels-idx1-ubyte', 29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
      ['t10k-images-idx3-ubyte', 4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
      ['t10k-labels-idx1-ubyte', 5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
    ],
  ),
};
