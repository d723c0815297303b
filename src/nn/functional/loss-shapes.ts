import { backend_util, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectFloat, expectTensor, shapeText } from './checks.js';

/** What to do for a target of the wrong type. */
const CAST = "Convert it with tf.cast(target, 'float32').";

/** Two tensors of floats. */
function expectFloats(who: string, input: Tensor, target: Tensor): void {
  expectFloat(who, input);
  expectTensor(who, target);
  if (target.dtype === 'float32') return;
  throw new ShapeError(
    `${who}: expected a float32 target, got ${target.dtype} of shape ${shapeText(target.shape)}. ${CAST}`,
  );
}

/** Two tensors of floats, alike in shape. */
export function expectAlike(who: string, input: Tensor, target: Tensor): void {
  expectFloats(who, input, target);
  if (isSameShape(input.shape, target.shape)) return;
  throw new ShapeError(
    `${who}: expected a target of the input's shape ${shapeText(input.shape)}, got ${shapeText(target.shape)}. Reshape one of them.`,
  );
}

/** Two tensors of floats, of which one may be broadcast to the other. */
export function expectBroadcast(who: string, input: Tensor, target: Tensor): void {
  expectFloats(who, input, target);
  if (isSameShape(input.shape, target.shape)) return;
  const common = broadcastShape(input.shape, target.shape);
  if (common) {
    warnOnce(
      `${who}: the target's shape ${shapeText(target.shape)} is not the input's ${shapeText(input.shape)}, so both are ` +
        `broadcast to ${shapeText(common)}, which is seldom meant. Reshape one of them.`,
    );
    return;
  }
  throw new ShapeError(
    `${who}: expected a target of the input's shape ${shapeText(input.shape)}, or one that broadcasts with it, ` +
      `got ${shapeText(target.shape)}. Reshape one of them.`,
  );
}

/** A tensor of weights that is broadcast to the input, and not the input to it. */
export function expectWeightFits(who: string, what: string, weight: Tensor, input: Tensor): void {
  const common = broadcastShape(weight.shape, input.shape);
  if (common && isSameShape(common, input.shape)) return;
  throw new ShapeError(
    `${who}: expected a ${what} that broadcasts to the input's shape ${shapeText(input.shape)}, got ${shapeText(weight.shape)}. ` +
      'Axes count from the last, which holds the channels.',
  );
}

/** A tensor of float weights, one for each element of the input. */
export function expectWeightAlike(who: string, weight: Tensor, input: Tensor): void {
  expectFloat(who, weight);
  if (isSameShape(weight.shape, input.shape)) return;
  throw new ShapeError(
    `${who}: expected a weight of the input's shape ${shapeText(input.shape)}, got ${shapeText(weight.shape)}. Reshape one of them.`,
  );
}

export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape that two shapes broadcast to, axes counted from the last; undefined where they do not. */
function broadcastShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const common: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) return undefined;
    common.push(sizeA === 1 ? sizeB : sizeA);
  }
  return common;
}

const warned = new Set<string>();

/** Says a thing on the console once, as Python does with warnings, and never after tf.enableProdMode(). */
function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  backend_util.warn(text);
}
