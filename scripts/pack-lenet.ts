import { fileURLToPath } from 'node:url';
import { datasets, models } from 'tfjs-zoo';

// Packs the weights of a training of LeNet on Fashion-MNIST into weights/lenet_fashion_mnist, whose README says how they were trained:
// node --conditions=tfjs-zoo-source --import tsx scripts/pack-lenet.ts runs/lenet-fashion-mnist/best.pth

const [input] = process.argv.slice(2);
if (!input) throw new Error('expected the best.pth of a training, as in the first lines of this script');
const { classes } = await datasets.FashionMNIST.load({ train: false });
const folder = fileURLToPath(new URL('../weights/lenet_fashion_mnist', import.meta.url));
const report = await models.convertWeights(input, folder, { model: 'lenet', categories: classes });
console.log(`${folder}: ${report.tensors} tensors, ${report.bytes} bytes`);
