import type { Tensor } from '@tensorflow/tfjs-core';
import { Conv2d, type Conv2dOptions } from '../conv.js';
import { expectImage, type NumberOrPair } from '../functional/checks.js';
import { conv2dWith, type Fused } from '../functional/conv.js';

/**
 * A Conv2d that pads as TensorFlow's 'SAME': as many zeros as a size needs for ceil(size / stride) outputs, an odd one below and on the
 * right. At stride 2 an even image gets none above it, where PyTorch's padding would shift every window by a pixel.
 *
 * Shape: [N, H, W, inChannels] → [N, ceil(H / stride), ceil(W / stride), outChannels].
 *
 * State: as `Conv2d`.
 * @see https://github.com/huggingface/pytorch-image-models/blob/main/timm/layers/conv2d_same.py
 */
export class Conv2dSame extends Conv2d {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: NumberOrPair,
    options: Omit<Conv2dOptions, 'padding' | 'paddingMode'> = {},
  ) {
    super(inChannels, outChannels, kernelSize, options);
  }

  override get typeName(): string {
    return 'Conv2dSame';
  }

  override convForward(x: Tensor, weight: Tensor, bias: Tensor | null, fused: Fused = {}): Tensor {
    expectImage('Conv2d', x);
    const { stride, dilation, groups } = this;
    const [height, width] = x.shape.slice(-3) as [number, number];
    const [top, bottom] = this.#padsOf(0, height);
    const [left, right] = this.#padsOf(1, width);
    const pads = { top, bottom, left, right };
    return conv2dWith(x, weight, { bias, stride, dilation, groups }, { ...fused, pads });
  }

  /** Zeros before and behind a direction of the image, of which it has `size` pixels. */
  #padsOf(direction: 0 | 1, size: number): [before: number, after: number] {
    const [kernel, stride, dilation] = [this.kernelSize[direction], this.stride[direction], this.dilation[direction]];
    const outputs = Math.ceil(size / stride);
    const total = Math.max((outputs - 1) * stride + dilation * (kernel - 1) + 1 - size, 0);
    const before = Math.floor(total / 2);
    return [before, total - before];
  }
}
