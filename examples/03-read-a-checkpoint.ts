// What is in a checkpoint, and how large its weights are. No model is needed, and one tensor is in memory at a time:
//
//     npx tsx examples/03-read-a-checkpoint.ts alexnet.pth
import { openCheckpoint } from 'tfjs-zoo/converters';

const checkpoint = await openCheckpoint(process.argv[2] ?? 'alexnet.pth');
console.log(checkpoint.format);
for (const { name, dtype, shape } of checkpoint.entries) {
  const { data } = await checkpoint.read(name);
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(Number(value)));
  console.log(`${name} ${dtype} [${shape.join(', ')}], at most ${largest.toPrecision(4)}`);
}
await checkpoint.close();
