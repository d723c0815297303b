// A model defined in PyTorch, ported line by line, with its own weights:
//
//     class Digits(nn.Sequential):
//         def __init__(self):
//             super().__init__(nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.ReLU(), nn.MaxPool2d(2), …
//
//     npx tsx examples/02-port-a-pytorch-model.ts test/fixtures/docs/lenet.pth
import * as tf from '@tensorflow/tfjs';
import { backends, nn } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';

class Digits extends nn.Sequential {
  constructor() {
    super(
      new nn.Conv2d(1, 6, 5, { padding: 2 }), // [N, 28, 28, 6]
      new nn.ReLU(),
      new nn.MaxPool2d(2), // [N, 14, 14, 6]
      new nn.Conv2d(6, 16, 5), // [N, 10, 10, 16]
      new nn.ReLU(),
      new nn.MaxPool2d(2), // [N, 5, 5, 16]
      new nn.Flatten(), // [N, 400]
      new nn.Linear(400, 10), // [N, 10]
    );
  }

  override get typeName(): string {
    return 'Digits';
  }
}

await backends.use();
const { stateDict } = await readCheckpoint(process.argv[2] ?? 'lenet.pth');
const model = new Digits();
model.loadStateDict(stateDict); // names, shapes and layout are PyTorch's
console.log(String(model));
const logits = model.eval().forward(tf.ones([1, 28, 28, 1])); // channels last
console.log(Array.from(await logits.data(), (logit) => logit.toFixed(4)).join(' '));
