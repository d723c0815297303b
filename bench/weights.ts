import { writeFile } from 'node:fs/promises';
import { createAlexNet, manualSeed, nn } from 'tfjs-zoo';
import { use } from 'tfjs-zoo/backends';
import { writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { alexnet } from './network.js';
import { onnxOf } from './onnx/network.js';

/** Writes AlexNet with random weights twice: as torch.save would, and as torch.onnx.export would for one image. */
export async function writeWeights(checkpoint: string, onnx: string): Promise<void> {
  await use('wasm');
  manualSeed(0);
  const model = await createAlexNet();
  for (const [name, parameter] of model.namedParameters()) {
    // By default activations fade from layer to layer, and the logits would tell little of the image.
    if (name.endsWith('weight')) nn.init.kaimingUniform(parameter, { nonlinearity: 'relu' });
  }
  const stateDict = await model.stateDict();
  model.dispose();
  await writeTorchCheckpoint(stateDict, checkpoint);
  await writeFile(onnx, onnxOf(alexnet, stateDict, [1, 3, 224, 224]));
}
