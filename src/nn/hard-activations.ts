import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { expectLambd } from './functional/hard-activations.js';
import { hardshrink, hardsigmoid, hardswish, hardtanh, relu6, softshrink, threshold } from './functional/index.js';
import { InplaceModule, type InplaceOptions } from './inplace.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';
import { pyFloat } from './repr.js';

/**
 * min(max(0, x), 6).
 *
 * Shape: any; the same comes out.
 *
 * Differs from PyTorch: on wasm NaN becomes 0.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
 */
export class ReLU6 extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('ReLU6', options);
  }

  get typeName(): string {
    return 'ReLU6';
  }

  forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

export interface HardtanhOptions extends InplaceOptions {
  readonly minVal?: number;
  readonly maxVal?: number;
}

/**
 * min(max(minVal, x), maxVal).
 *
 * Shape: any; the same comes out.
 *
 * Differs from PyTorch: on wasm NaN becomes minVal.
 * @throws ShapeError unless minVal is smaller than maxVal
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
 */
export class Hardtanh extends InplaceModule {
  readonly minVal: number;
  readonly maxVal: number;

  constructor(options: HardtanhOptions = {}) {
    super('Hardtanh', options, ['minVal', 'maxVal']);
    this.minVal = options.minVal ?? -1;
    this.maxVal = options.maxVal ?? 1;
    if (!(this.minVal < this.maxVal)) {
      throw new ShapeError(
        `Hardtanh: expected minVal smaller than maxVal, got ${this.minVal} and ${this.maxVal}. Give a range that is not empty.`,
      );
    }
  }

  get typeName(): string {
    return 'Hardtanh';
  }

  forward(x: Tensor): Tensor {
    return hardtanh(x, this);
  }

  override extraRepr(): string {
    return this.withInplace(`min_val=${pyFloat(this.minVal)}`, `max_val=${pyFloat(this.maxVal)}`);
  }
}

/**
 * A sigmoid of straight lines: min(max(0, x + 3), 6) / 6.
 *
 * Shape: any; the same comes out.
 *
 * Differs from PyTorch: on wasm NaN becomes 0.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 */
export class Hardsigmoid extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('Hardsigmoid', options);
  }

  get typeName(): string {
    return 'Hardsigmoid';
  }

  forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }

  /** Nothing, as in PyTorch, `inplace` neither. */
  override extraRepr(): string {
    return '';
  }
}

/**
 * x · hardsigmoid(x), the activation of MobileNetV3: Howard et al. 2019.
 *
 * Shape: any; the same comes out. The gradients at −3 and 3 are PyTorch's since 2.9, 0 and 1.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
 */
export class Hardswish extends InplaceModule {
  constructor(options: InplaceOptions = {}) {
    super('Hardswish', options);
  }

  get typeName(): string {
    return 'Hardswish';
  }

  forward(x: Tensor): Tensor {
    return hardswish(x);
  }

  /** Nothing, as in PyTorch, `inplace` neither. */
  override extraRepr(): string {
    return '';
  }
}

/** What Hardshrink and Softshrink share: half the width of the piece that becomes 0. */
abstract class Shrink extends Module {
  readonly lambd: number;

  constructor(who: string, options: { lambd?: number }) {
    super();
    expectOptions(who, options, ['lambd']);
    this.lambd = options.lambd ?? 0.5;
  }

  override extraRepr(): string {
    return pyFloat(this.lambd);
  }
}

/**
 * 0 from −lambd to lambd, else x.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
 */
export class Hardshrink extends Shrink {
  constructor(options: { lambd?: number } = {}) {
    super('Hardshrink', options);
  }

  get typeName(): string {
    return 'Hardshrink';
  }

  forward(x: Tensor): Tensor {
    return hardshrink(x, this);
  }
}

/**
 * 0 from −lambd to lambd, else x moved towards 0 by lambd.
 *
 * Shape: any; the same comes out.
 * @throws ShapeError if lambd is negative
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
 */
export class Softshrink extends Shrink {
  constructor(options: { lambd?: number } = {}) {
    super('Softshrink', options);
    expectLambd(this.lambd);
  }

  get typeName(): string {
    return 'Softshrink';
  }

  forward(x: Tensor): Tensor {
    return softshrink(x, this);
  }
}

/**
 * x where it is larger than `threshold`, else `value`.
 *
 * Shape: any; the same comes out.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html
 */
export class Threshold extends InplaceModule {
  readonly threshold: number;
  readonly value: number;

  constructor(threshold: number, value: number, options: InplaceOptions = {}) {
    super('Threshold', options);
    this.threshold = threshold;
    this.value = value;
  }

  get typeName(): string {
    return 'Threshold';
  }

  forward(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value);
  }

  override extraRepr(): string {
    return this.withInplace(`threshold=${pyFloat(this.threshold)}`, `value=${pyFloat(this.value)}`);
  }
}
