import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { Conv2d, Linear, type Module } from '../nn/index.js';
import type { ShapeOf } from './zoo-entry.js';

/** Channels of an AlexNet's five convolutions. */
export type ConvChannels = readonly [number, number, number, number, number];

/** A classifier of images whose last layer with weights has an output for each class. */
export interface ImageModel extends Module {
  /** Height and width of the images it was made for. */
  readonly inputSize: number;
  /** The features that the last layer sees: [N, H, W, C] → [N, D]. */
  embed(x: Tensor): Tensor;
}

/** Channels of the images that a model takes; 1 where its first layer is lazy and would take any number. */
export function inChannelsOf(model: ImageModel): number {
  const first = [...model.modules()].find((module) => module instanceof Conv2d);
  return first?.inChannels || 1;
}

/** The last linear layer or convolution, whose outputs are the classes, with its name. */
export function headOf(model: ImageModel): [name: string, head: Linear | Conv2d] {
  const isHead = (entry: [string, unknown]): entry is [string, Linear | Conv2d] =>
    entry[1] instanceof Linear || entry[1] instanceof Conv2d;
  return [...model.namedModules()].filter(isHead).at(-1)!;
}

/** The number of classes. */
export function classesIn(head: Linear | Conv2d): number {
  return head instanceof Linear ? head.outFeatures : head.outChannels;
}

/** @throws ShapeError unless there are five positive integers */
export function expectConvChannels(channels: readonly number[]): void {
  if (channels.length === 5 && channels.every((width) => Number.isInteger(width) && width > 0)) return;
  throw new ShapeError(
    `AlexNet: expected channels of five convolutions, positive integers, got [${channels.join(', ')}]. Give one width each.`,
  );
}

/** The widths of an AlexNet, from the weights of its five convolutions; nothing where one is not there. */
export function widthsOf(shapeOf: ShapeOf, convolutions: readonly string[]): { channels?: ConvChannels } {
  const channels = convolutions.map((name) => shapeOf(`${name}.weight`)?.[0]);
  return channels.every((width) => width !== undefined) ? { channels: channels as unknown as ConvChannels } : {};
}
