// Names what is in photographs:
//
//     npx tsx examples/01-classify.ts alexnet.pth examples/images/chelsea.png examples/images/rocket.jpg
import { basename } from 'node:path';
import { backends, createClassifier } from 'tfjs-zoo';

const [weights, ...photographs] = process.argv.slice(2);
if (!weights || photographs.length === 0) throw new Error('usage: 01-classify.ts CHECKPOINT PHOTOGRAPH…');

await backends.use();
const classifier = await createClassifier('alexnet', { weights });
const answers = await classifier.classify(photographs, { top: 3 }); // one forward pass for all of them
for (const [index, predictions] of answers.entries()) {
  console.log(basename(photographs[index]!));
  for (const { label, probability } of predictions) console.log(`  ${(100 * probability).toFixed(1)} %  ${label}`);
}
classifier.dispose();
