import type { Tensor } from '@tensorflow/tfjs-core';
import type { Module } from '../nn/index.js';

/** Channels of an AlexNet's five convolutions. */
export type ConvChannels = readonly [number, number, number, number, number];

/** A classifier of images whose last layer is linear. */
export interface ImageModel extends Module {
  /** Height and width of the images it was made for. */
  readonly inputSize: number;
  /** The features that the last linear layer sees: [N, H, W, C] → [N, D]. */
  embed(x: Tensor): Tensor;
}
