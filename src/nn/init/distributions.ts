import { ShapeError, ZooError } from '../../core/index.js';
import { fans, filled, filledBy, filledNormal, filledUniform, symmetric } from '../initializers.js';
import type { Parameter } from '../parameter.js';
import { expectRandomOptions, fill, type RandomOptions } from './fill.js';
import { calculateGain, type Nonlinearity } from './gain.js';
import { truncatedNormal } from './truncated-normal.js';

// The initialisations of torch.nn.init that draw one value after the other.

/** Which side of a weight the variance is kept on: inputs (forward) or outputs (backward). */
export type FanMode = 'fan_in' | 'fan_out';

export interface KaimingOptions extends RandomOptions {
  /** Negative slope of the leaky ReLU behind the layer. */
  readonly a?: number;
  readonly mode?: FanMode;
  readonly nonlinearity?: Nonlinearity;
}

/**
 * Uniform over [a, b).
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.uniform_
 */
export function uniform(parameter: Parameter, options: { a?: number; b?: number } & RandomOptions = {}): void {
  expectRandomOptions('uniform', options, ['a', 'b']);
  const { a = 0, b = 1 } = options;
  const init = filledUniform(() => [a, b]);
  fill('uniform', parameter, init, options);
}

/**
 * Normal with the given mean and standard deviation.
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.normal_
 */
export function normal(parameter: Parameter, options: { mean?: number; std?: number } & RandomOptions = {}): void {
  expectRandomOptions('normal', options, ['mean', 'std']);
  const { mean = 0, std = 1 } = options;
  const init = filledNormal(() => std, mean);
  fill('normal', parameter, init, options);
}

export interface TruncNormalOptions extends RandomOptions {
  /** Of the normal distribution, before its ends are cut off. */
  readonly mean?: number;
  /** Likewise. */
  readonly std?: number;
  /** Nothing below it comes out. */
  readonly a?: number;
  /** Nothing above it comes out. */
  readonly b?: number;
}

/**
 * Normal, but within a … b: values outside are drawn again. The distribution is right wherever the bounds lie, far from the mean too.
 * @throws ShapeError if a is not below b, or std not positive
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.trunc_normal_
 */
export function truncNormal(parameter: Parameter, options: TruncNormalOptions = {}): void {
  expectRandomOptions('truncNormal', options, ['mean', 'std', 'a', 'b']);
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  expectBounds(a, b, std);
  const [low, high] = [(a - mean) / std, (b - mean) / std];
  const init = filledBy((random) => Math.min(Math.max(mean + std * truncatedNormal(low, high, random), a), b));
  fill('truncNormal', parameter, init, options);
}

function expectBounds(a: number, b: number, std: number): void {
  if (a < b && std > 0) return;
  throw new ShapeError(
    `init.truncNormal: expected a below b and a positive std, got a ${a}, b ${b} and std ${std}. Correct them, or use init.constant.`,
  );
}

/**
 * One value everywhere.
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.constant_
 */
export function constant(parameter: Parameter, value: number): void {
  fill('constant', parameter, filled(value));
}

/**
 * Zeros.
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.zeros_
 */
export function zeros(parameter: Parameter): void {
  fill('zeros', parameter, filled(0));
}

/**
 * Ones.
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.ones_
 */
export function ones(parameter: Parameter): void {
  fill('ones', parameter, filled(1));
}

/**
 * Uniform over ±gain · sqrt(6 / (fanIn + fanOut)): Glorot and Bengio 2010.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_uniform_
 */
export function xavierUniform(parameter: Parameter, options: { gain?: number } & RandomOptions = {}): void {
  expectRandomOptions('xavierUniform', options, ['gain']);
  const { gain = 1 } = options;
  const init = filledUniform((shape) => symmetric(Math.sqrt(3) * xavierStd(shape, gain)));
  fill('xavierUniform', parameter, init, options);
}

/**
 * Normal with standard deviation gain · sqrt(2 / (fanIn + fanOut)): Glorot and Bengio 2010.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_normal_
 */
export function xavierNormal(parameter: Parameter, options: { gain?: number } & RandomOptions = {}): void {
  expectRandomOptions('xavierNormal', options, ['gain']);
  const { gain = 1 } = options;
  const init = filledNormal((shape) => xavierStd(shape, gain));
  fill('xavierNormal', parameter, init, options);
}

/**
 * Uniform over ±gain · sqrt(3 / fan): He et al. 2015.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_uniform_
 */
export function kaimingUniform(parameter: Parameter, options: KaimingOptions = {}): void {
  expectKaiming('kaimingUniform', options);
  const init = filledUniform((shape) => symmetric(Math.sqrt(3) * kaimingStd(shape, options)));
  fill('kaimingUniform', parameter, init, options);
}

/**
 * Normal with standard deviation gain / sqrt(fan): He et al. 2015.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_normal_
 */
export function kaimingNormal(parameter: Parameter, options: KaimingOptions = {}): void {
  expectKaiming('kaimingNormal', options);
  const init = filledNormal((shape) => kaimingStd(shape, options));
  fill('kaimingNormal', parameter, init, options);
}

function expectKaiming(who: string, options: KaimingOptions): void {
  expectRandomOptions(who, options, ['a', 'mode', 'nonlinearity']);
  const { mode = 'fan_in' } = options;
  if (mode === 'fan_in' || mode === 'fan_out') return;
  throw new ZooError(`init.${who}: expected mode to be fan_in or fan_out, got '${mode}'. Choose one of these.`);
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
