import { ZooError } from '../core/index.js';
import { kindOf } from './functional/checks.js';
import { fans, filled, filledNormal, filledUniform, symmetric } from './initializers.js';
import { expectOptions } from './options.js';
import type { Parameter } from './parameter.js';
import { type Initializer, TensorState } from './state.js';

// torch.nn.init: fills a parameter by a distribution. On a parameter that has no shape yet the call is remembered, and carried out
// when it has one. The numbers are ours; see manualSeed.

/** Nonlinearities whose gain is known. */
export type Nonlinearity = 'linear' | 'conv2d' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

/** Which side of a weight the variance is kept on: inputs (forward) or outputs (backward). */
export type FanMode = 'fan_in' | 'fan_out';

export interface KaimingOptions {
  /** Negative slope of the leaky ReLU behind the layer. */
  readonly a?: number;
  readonly mode?: FanMode;
  readonly nonlinearity?: Nonlinearity;
}

/**
 * The factor by which a nonlinearity shrinks a standard deviation, to be made up for.
 * @param param the negative slope of 'leaky_relu'; the others have none
 * @throws ZooError if the nonlinearity is not known
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + param ** 2));
    case 'selu':
      return 3 / 4;
    case 'linear':
    case 'conv2d':
    case 'sigmoid':
      return 1;
    default:
      throw new ZooError(
        `init.calculateGain: expected one of linear, conv2d, sigmoid, tanh, relu, leaky_relu, selu, got '${nonlinearity}'. ` +
          'Choose one of these, or use init.normal.',
      );
  }
}

/** Uniform over [a, b). */
export function uniform(parameter: Parameter, options: { a?: number; b?: number } = {}): void {
  expectOptions('init.uniform', options, ['a', 'b']);
  const { a = 0, b = 1 } = options;
  fill(
    'uniform',
    parameter,
    filledUniform(() => [a, b]),
  );
}

/** Normal with the given mean and standard deviation. */
export function normal(parameter: Parameter, options: { mean?: number; std?: number } = {}): void {
  expectOptions('init.normal', options, ['mean', 'std']);
  const { mean = 0, std = 1 } = options;
  fill(
    'normal',
    parameter,
    filledNormal(() => std, mean),
  );
}

/** One value everywhere. */
export function constant(parameter: Parameter, value: number): void {
  fill('constant', parameter, filled(value));
}

/** Zeros. */
export function zeros(parameter: Parameter): void {
  fill('zeros', parameter, filled(0));
}

/** Ones. */
export function ones(parameter: Parameter): void {
  fill('ones', parameter, filled(1));
}

/**
 * Uniform over ±gain · sqrt(6 / (fanIn + fanOut)): Glorot and Bengio 2010.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 */
export function xavierUniform(parameter: Parameter, options: { gain?: number } = {}): void {
  expectOptions('init.xavierUniform', options, ['gain']);
  const { gain = 1 } = options;
  fill(
    'xavierUniform',
    parameter,
    filledUniform((shape) => symmetric(Math.sqrt(3) * xavierStd(shape, gain))),
  );
}

/**
 * Normal with standard deviation gain · sqrt(2 / (fanIn + fanOut)): Glorot and Bengio 2010.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 */
export function xavierNormal(parameter: Parameter, options: { gain?: number } = {}): void {
  expectOptions('init.xavierNormal', options, ['gain']);
  const { gain = 1 } = options;
  fill(
    'xavierNormal',
    parameter,
    filledNormal((shape) => xavierStd(shape, gain)),
  );
}

/**
 * Uniform over ±gain · sqrt(3 / fan): He et al. 2015.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 */
export function kaimingUniform(parameter: Parameter, options: KaimingOptions = {}): void {
  expectKaiming('init.kaimingUniform', options);
  fill(
    'kaimingUniform',
    parameter,
    filledUniform((shape) => symmetric(Math.sqrt(3) * kaimingStd(shape, options))),
  );
}

/**
 * Normal with standard deviation gain / sqrt(fan): He et al. 2015.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 */
export function kaimingNormal(parameter: Parameter, options: KaimingOptions = {}): void {
  expectKaiming('init.kaimingNormal', options);
  fill(
    'kaimingNormal',
    parameter,
    filledNormal((shape) => kaimingStd(shape, options)),
  );
}

function fill(who: string, parameter: Parameter, init: Initializer): void {
  if (!(parameter instanceof TensorState)) {
    throw new ZooError(
      `init.${who}: expected a Parameter, such as layer.weight, got ${kindOf(parameter)}. ` +
        'Pass the parameter itself and not its value; a layer without a bias has null there.',
    );
  }
  parameter.initialize(init);
}

function expectKaiming(who: string, options: KaimingOptions): void {
  expectOptions(who, options, ['a', 'mode', 'nonlinearity']);
  const { mode = 'fan_in' } = options;
  if (mode === 'fan_in' || mode === 'fan_out') return;
  throw new ZooError(`${who}: expected mode to be fan_in or fan_out, got '${mode}'. Choose one of these.`);
}

function xavierStd(shape: readonly number[], gain: number): number {
  const { fanIn, fanOut } = fans(shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingStd(shape: readonly number[], options: KaimingOptions): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = options;
  const { fanIn, fanOut } = fans(shape);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}
