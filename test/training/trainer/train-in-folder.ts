import { backends, training } from 'tfjs-zoo';
import { smallNet, smallTrainer, stripeLoader } from './support.js';

// A training for resume.test.ts to kill: goes on in the folder that it is given, and says when it trains.
await backends.use('wasm', { threads: 1 });
const checkpoints = training.runFolder(process.argv[2]!);
const isNew = await checkpoints.isEmpty();
const trainer = smallTrainer({
  checkpoints,
  saveEvery: 1,
  callbacks: [{ onStart: () => void process.stdout.write('training\n') }],
});
await trainer.fit(smallNet(isNew ? 1 : 99), stripeLoader({ seed: isNew ? 3 : 77 }), stripeLoader({ shuffle: false }), {
  resume: true,
});
