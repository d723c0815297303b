import * as tf from '@tensorflow/tfjs-core';
import { BatchNorm1d, BatchNorm2d } from './batch-norm.js';
import { Conv2d, LazyConv2d } from './conv.js';
import { type FusedActivation, scalesInKernel } from './functional/conv.js';
import { linear } from './functional/index.js';
import { ReLU6 } from './hard-activations.js';
import { Identity, LazyLinear, Linear } from './linear.js';
import type { AnyModule } from './module.js';
import { ReLU } from './rectifiers.js';
import { BatchNormAct2d } from './timm/batch-norm-act.js';

// Layers that stand next to each other and are one op together, which passes over the activations once: a BatchNorm in evaluation
// mode is another weight and bias of the layer before it, and a convolution computes a ReLU while it writes.

/** A layer whose outputs are weighted sums; in memory the last axis of its weight is that of the outputs. */
type Weighted = Conv2d | Linear;
type BatchNorm = BatchNorm1d | BatchNorm2d;

/** How modules that follow each other are computed, step by step: some together, where no gradient is taken. */
export function* stepsOf(modules: readonly AnyModule[]): Generator<(x: tf.Tensor) => tf.Tensor> {
  const isFusing = !tf.engine().isTapeOn();
  for (let i = 0; i < modules.length; i++) {
    const module = modules[i]!;
    if (!isFusing || !isWeighted(module)) {
      yield (x) => module.forward(x);
      continue;
    }
    const { norm, activation, count } = epilogueOf(module, modules[i + 1], modules[i + 2]);
    i += count;
    yield (x) => forwardTogether(module, norm, activation, x);
  }
}

/**
 * Computes the weights of layers with a BatchNorm behind them as it is now: when a model is put into evaluation mode, so that its
 * first forward pass takes no longer than the others and leaves no more tensors.
 */
export function foldNorms(modules: readonly AnyModule[]): void {
  for (const [i, module] of modules.entries()) {
    const norm = isWeighted(module) ? normBehind(module, modules[i + 1]) : undefined;
    if (norm) fold(module as Weighted, norm);
  }
}

/** Frees those weights, of which training would make stale ones. */
export function unfoldNorms(modules: readonly AnyModule[]): void {
  for (const module of modules) if (isWeighted(module)) module.weight.dropDerived();
}

/** What is computed together with a layer, and how many of the modules behind it that is. */
function epilogueOf(layer: Weighted, next: AnyModule | undefined, afterNext: AnyModule | undefined) {
  const norm = normBehind(layer, next);
  if (norm instanceof BatchNormAct2d) return { norm, activation: activationOf(norm.act), count: 1 };
  // A matrix product gains little, and tfjs's own kernel on wasm loses NaN in it.
  const activation = layer instanceof Conv2d ? activationOf(norm ? afterNext : next) : undefined;
  return { norm, activation, count: (norm ? 1 : 0) + (activation ? 1 : 0) };
}

function forwardTogether(
  layer: Weighted,
  norm: BatchNorm | undefined,
  activation: FusedActivation | undefined,
  x: tf.Tensor,
): tf.Tensor {
  // One that the BatchNorm would refuse is left for it to refuse.
  const isFolded = norm !== undefined && (layer instanceof Conv2d ? x.rank === 4 : x.rank === 2 || x.rank === 3);
  if (norm && !isFolded) return norm.forward(layer.forward(x));
  const own: Folded = { weight: layer.weight.value, bias: layer.bias?.value ?? null };
  const { weight, bias, scale } = isFolded ? fold(layer, norm) : own;
  if (layer instanceof Linear) return linear(x, weight, { bias });
  return layer.convForward(x, weight, bias, { activation, scale });
}

/** What a layer computes with that does the work of the BatchNorm behind it, too. */
interface Folded {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor | null;
  /** What the weights of each output are to be multiplied by; they are already where there is none. */
  readonly scale?: tf.Tensor;
}

function fold(layer: Weighted, norm: BatchNorm): Folded {
  // Without a second copy of the weights in memory where the backend scales them itself.
  const isScaled = layer instanceof Conv2d && scalesInKernel();
  const [weight, bias] = [layer.weight.value, layer.bias?.value];
  const [mean, variance] = [norm.running_mean!.value, norm.running_var!.value];
  const [gain, offset] = [norm.weight?.value, norm.bias?.value];
  const sources = [weight, bias, mean, variance, gain, offset, norm.eps, Number(isScaled)].filter(
    (source) => source !== undefined,
  );
  const [scaled, shifted] = layer.weight.derived(sources, () => {
    const scale = tf.div(gain ?? tf.onesLike(mean), tf.sqrt(tf.add(variance, norm.eps)));
    const shift = tf.mul(tf.sub(bias ?? tf.zerosLike(mean), mean), scale);
    return [isScaled ? scale : tf.mul(weight, scale), offset ? tf.add(shift, offset) : shift];
  }) as [tf.Tensor, tf.Tensor];
  return isScaled ? { weight, scale: scaled, bias: shifted } : { weight: scaled, bias: shifted };
}

function isWeighted(module: AnyModule): module is Weighted {
  if (isPlain(module, Conv2d, LazyConv2d)) return module.weight.isFilled;
  return isPlain(module, Linear, LazyLinear) && module.weight.isFilled;
}

/** The BatchNorm that can be folded into a layer, if that is what follows it. */
function normBehind(layer: Weighted, next: AnyModule | undefined): BatchNorm | undefined {
  const isNorm =
    layer instanceof Conv2d ? isPlain(next, BatchNorm2d) || isFoldableAct(next) : isPlain(next, BatchNorm1d);
  if (!isNorm) return undefined;
  const norm = next as BatchNorm;
  const outputs = layer instanceof Conv2d ? layer.outChannels : layer.outFeatures;
  const isReady = !norm.training && norm.running_mean?.isFilled && norm.running_var?.isFilled;
  return isReady && norm.numFeatures === outputs ? norm : undefined;
}

/** Whether it is a BatchNorm whose own activation a convolution computes too, or that has none. */
function isFoldableAct(module: AnyModule | undefined): module is BatchNormAct2d {
  return (
    isPlain(module, BatchNormAct2d) && isPlain(module.drop, Identity) && isPlain(module.act, Identity, ReLU, ReLU6)
  );
}

function activationOf(next: AnyModule | undefined): FusedActivation | undefined {
  if (isPlain(next, ReLU)) return 'relu';
  return isPlain(next, ReLU6) ? 'relu6' : undefined;
}

type Class<M> = abstract new (...args: never[]) => M;

/** What each class computes as it comes from this package. */
const forwardOf = new Map<Class<AnyModule>, AnyModule['forward']>(
  [Conv2d, LazyConv2d, Linear, LazyLinear, BatchNorm1d, BatchNorm2d, BatchNormAct2d, Identity, ReLU, ReLU6].map(
    (each) => [each, each.prototype.forward],
  ),
);

/** Whether a module computes what one of these classes does: a subclass, or a program, may have given it another forward. */
function isPlain<M extends AnyModule>(module: AnyModule | undefined, ...classes: Class<M>[]): module is M {
  return classes.some((each) => module instanceof each && module.forward === forwardOf.get(each));
}
