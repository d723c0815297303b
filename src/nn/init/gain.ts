import { ZooError } from '../../core/index.js';
import { kindOf } from '../functional/checks.js';

/** Nonlinearities whose gain is known. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

const GAIN_ONE: readonly Nonlinearity[] = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
];

/**
 * The factor by which a nonlinearity shrinks a standard deviation, to be made up for.
 * @param param the negative slope of 'leaky_relu', 0.01 unless given; the others have none
 * @throws ZooError if the nonlinearity is not known, or the slope is not a number
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
 */
export function calculateGain(nonlinearity: Nonlinearity, param: number | null = null): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + expectSlope(param ?? 0.01) ** 2));
    case 'selu':
      return 3 / 4;
    default:
      if (GAIN_ONE.includes(nonlinearity)) return 1;
      throw new ZooError(
        `init.calculateGain: expected one of ${GAIN_ONE.join(', ')}, tanh, relu, leaky_relu, selu, got '${nonlinearity}'. ` +
          'Choose one of these, or use init.normal.',
      );
  }
}

function expectSlope(param: number): number {
  if (typeof param === 'number') return param;
  throw new ZooError(
    `init.calculateGain: expected the negative slope of leaky_relu as a number, got ${kindOf(param)}. Give one such as 0.01.`,
  );
}
