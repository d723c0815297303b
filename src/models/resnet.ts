import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import * as F from '../nn/functional/index.js';
import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';
import type { ImageModel } from './image-model.js';
import { initializeConvolutions } from './initialize.js';
import { BasicBlock, type Block, Bottleneck, conv1x1 } from './resnet-blocks.js';
import { classesOf, defined, type ZooEntry } from './zoo-entry.js';

export interface ResNetOptions {
  readonly numClasses?: number;
  readonly inChannels?: number;
  /** Starts each block as an identity, by a weight of zero in its last BatchNorm. */
  readonly zeroInitResidual?: boolean;
  /** Groups of the 3 × 3 convolutions, of networks with bottlenecks. */
  readonly groups?: number;
  /** Channels of each group where the paper has 64, of networks with bottlenecks. */
  readonly widthPerGroup?: number;
  /** Of the last three layers, which keep their size and widen their 3 × 3 convolutions instead of halving it. */
  readonly replaceStrideWithDilation?: readonly [boolean, boolean, boolean];
}

interface Architecture {
  readonly Block: typeof BasicBlock | typeof Bottleneck;
  /** Blocks of each layer: the paper's table 1. */
  readonly blocks: readonly [number, number, number, number];
  readonly groups?: number;
  readonly widthPerGroup?: number;
}

const architectures = {
  resnet18: { Block: BasicBlock, blocks: [2, 2, 2, 2] },
  resnet34: { Block: BasicBlock, blocks: [3, 4, 6, 3] },
  resnet50: { Block: Bottleneck, blocks: [3, 4, 6, 3] },
  resnet101: { Block: Bottleneck, blocks: [3, 4, 23, 3] },
  resnet152: { Block: Bottleneck, blocks: [3, 8, 36, 3] },
  wide_resnet50_2: { Block: Bottleneck, blocks: [3, 4, 6, 3], widthPerGroup: 128 },
  wide_resnet101_2: { Block: Bottleneck, blocks: [3, 4, 23, 3], widthPerGroup: 128 },
  resnext50_32x4d: { Block: Bottleneck, blocks: [3, 4, 6, 3], groups: 32, widthPerGroup: 4 },
  resnext101_32x8d: { Block: Bottleneck, blocks: [3, 4, 23, 3], groups: 32, widthPerGroup: 8 },
  resnext101_64x4d: { Block: Bottleneck, blocks: [3, 4, 23, 3], groups: 64, widthPerGroup: 4 },
} as const satisfies Record<string, Architecture>;

export type ResNetName = keyof typeof architectures;

/**
 * torchvision's ResNet: He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015; and what others made of it:
 * wider bottlenecks (Zagoruyko and Komodakis, "Wide Residual Networks", 2016) and grouped ones (Xie et al., "Aggregated Residual
 * Transformations for Deep Neural Networks", 2016).
 *
 * Shape: [N, 224, 224, inChannels] → logits [N, numClasses]; any other size works too.
 * @see https://docs.pytorch.org/vision/stable/models/resnet.html
 * @see https://arxiv.org/abs/1512.03385
 */
export class ResNet extends nn.Module implements ImageModel {
  readonly inputSize = 224;
  readonly conv1: nn.Conv2d;
  readonly bn1 = new nn.BatchNorm2d(64);
  readonly relu = new nn.ReLU({ inplace: true });
  readonly maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly layer4: nn.Sequential;
  readonly avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  readonly fc: nn.Linear;

  /** @throws ZooError for groups or widths of a network without bottlenecks */
  constructor(name: ResNetName, options: ResNetOptions = {}) {
    super();
    const architecture: Architecture = architectures[name];
    const { Block, blocks } = architecture;
    const { groups = architecture.groups ?? 1, widthPerGroup = architecture.widthPerGroup ?? 64 } = options;
    const { numClasses = 1000, inChannels = 3, replaceStrideWithDilation: dilated = [] } = options;
    expectBottlenecks(name, Block, [groups, widthPerGroup, dilated.some(Boolean)]);
    const layers = new LayerBuilder(Block, groups, widthPerGroup);
    this.conv1 = new nn.Conv2d(inChannels, 64, 7, { stride: 2, padding: 3, bias: false }); // [N, 112, 112, 64]
    // maxpool: [N, 56, 56, 64]
    this.layer1 = layers.build(64, blocks[0], 1); // [N, 56, 56, 64 · expansion]
    this.layer2 = layers.build(128, blocks[1], 2, dilated[0]); // [N, 28, 28, 128 · expansion]
    this.layer3 = layers.build(256, blocks[2], 2, dilated[1]); // [N, 14, 14, 256 · expansion]
    this.layer4 = layers.build(512, blocks[3], 2, dilated[2]); // [N, 7, 7, 512 · expansion]
    this.fc = new nn.Linear(512 * Block.expansion, numClasses); // [N, numClasses]
    initializeConvolutions(this);
    if (options.zeroInitResidual) zeroLastNorms(this);
  }

  get typeName(): string {
    return 'ResNet';
  }

  override train(mode = true): this {
    super.train(mode);
    this.#layers().train(mode);
    return this;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.fc.forward(this.embed(x)));
  }

  embed(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => F.flatten(this.#layers().forward(x), { startDim: 1 }));
  }

  /** All but the last, in their order, so that those which follow each other are computed as one where they can be. */
  #layers(): nn.Sequential {
    const { conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, avgpool } = this;
    return new nn.Sequential(conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, avgpool);
  }
}

/** Makes the four layers one after the other, each on the channels of the one before. */
class LayerBuilder {
  #channels = 64;
  #dilation = 1;
  readonly #Block: Architecture['Block'];
  readonly #groups: number;
  readonly #widthPerGroup: number;

  constructor(Block: Architecture['Block'], groups: number, widthPerGroup: number) {
    this.#Block = Block;
    this.#groups = groups;
    this.#widthPerGroup = widthPerGroup;
  }

  /** [N, H, W, C] → [N, H / stride, W / stride, channels · expansion], or of the same size where the stride becomes a dilation. */
  build(channels: number, blocks: number, stride: number, isDilated = false): nn.Sequential {
    const Block = this.#Block;
    const outChannels = channels * Block.expansion;
    const firstDilation = this.#dilation;
    if (isDilated) this.#dilation *= stride;
    const firstStride = isDilated ? 1 : stride;
    const isAlike = firstStride === 1 && this.#channels === outChannels;
    const downsample = isAlike
      ? null
      : new nn.Sequential(conv1x1(this.#channels, outChannels, firstStride), new nn.BatchNorm2d(outChannels));
    const shared = { groups: this.#groups, widthPerGroup: this.#widthPerGroup };
    const first = { ...shared, stride: firstStride, dilation: firstDilation, downsample };
    const other = { ...shared, stride: 1, dilation: this.#dilation, downsample: null };
    const layer: Block[] = [new Block(this.#channels, channels, first)];
    for (let i = 1; i < blocks; i++) layer.push(new Block(outChannels, channels, other));
    this.#channels = outChannels;
    return new nn.Sequential(...layer);
  }
}

function expectBottlenecks(name: ResNetName, Block: Architecture['Block'], given: readonly unknown[]) {
  if (Block === Bottleneck || String(given) === '1,64,false') return;
  const [groups, widthPerGroup, isDilated] = given;
  throw new ZooError(
    `createModel('${name}'): expected groups 1, widthPerGroup 64 and no dilation, for it has no bottlenecks, ` +
      `got ${groups}, ${widthPerGroup} and ${isDilated ? 'dilation' : 'none'}. Leave them out, or take resnet50 or a deeper one.`,
  );
}

function zeroLastNorms(model: ResNet): void {
  for (const block of model.modules()) {
    if (block instanceof BasicBlock || block instanceof Bottleneck) init.zeros(block.lastNorm.weight!);
  }
}

const entryOf = (name: ResNetName): ZooEntry<ResNet, ResNetOptions> => ({
  build: (options) => new ResNet(name, options),
  options: ['numClasses', 'inChannels', 'zeroInitResidual', 'groups', 'widthPerGroup', 'replaceStrideWithDilation'],
  sizesOf: (shapeOf) => ({
    ...classesOf(shapeOf, 'fc'),
    ...defined('inChannels', shapeOf('conv1.weight')?.[1]),
  }),
});

export const resnets = Object.fromEntries(
  (Object.keys(architectures) as ResNetName[]).map((name) => [name, entryOf(name)]),
) as Readonly<Record<ResNetName, ZooEntry<ResNet, ResNetOptions>>>;
