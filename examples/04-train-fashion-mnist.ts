// Trains LeNet on Fashion-MNIST by what is fastest here, tfjs-node-gpu, tfjs-node or wasm on all cores, and says which it is:
//
//     npx tsx examples/04-train-fashion-mnist.ts 10 runs/lenet
//
// A training that was stopped goes on when it is started again. A second folder says where the four files of the data are.
import { join } from 'node:path';
import { backends, createModel, datasets, manualSeed, training } from 'tfjs-zoo';

const [epochs = '10', folder = 'runs/lenet', root] = process.argv.slice(2);

const { name, library, threads } = await backends.use();
console.log(`training on ${name}: ${library ?? `${threads} threads`}`);

manualSeed(0);
const model = await createModel('lenet', { numClasses: 10 });
const [train, test] = await Promise.all(
  [true, false].map((isTrain) => datasets.FashionMNIST.load({ root, train: isTrain })),
);
const trainer = new training.Trainer({
  maxEpochs: Number(epochs),
  optimizer: (parameters) => new training.SGD(parameters, { lr: 0.05, momentum: 0.9 }),
  scheduler: (optimizer) => new training.CosineAnnealingLR(optimizer, Number(epochs)),
  checkpoints: training.runFolder(folder),
  callbacks: [
    training.progressBar(),
    training.historyFile(join(folder, 'history.jsonl')),
    training.curvesFile(join(folder, 'curves.svg')),
  ],
});
const history = await trainer.fit(
  model,
  new datasets.DataLoader(train!, { batchSize: 128, shuffle: true, seed: 0 }),
  new datasets.DataLoader(test!, { batchSize: 256 }),
  { resume: true },
);
const { epoch, validation } = training.bestOf(history)!;
console.log(
  `epoch ${epoch} is the best: accuracy ${validation!.accuracy}; its weights are in ${join(folder, 'best.pth')}`,
);
model.dispose();
