import { Random, ShapeError, ZooError } from '../../core/index.js';
import { kindOf, shapeText } from '../functional/checks.js';
import { expectOptions } from '../options.js';
import type { Parameter } from '../parameter.js';
import { type Initializer, TensorState } from '../state.js';

// What the functions of nn.init share.

export interface RandomOptions {
  /** Where the numbers come from; without, from a stream of the parameter's own that follows `manualSeed`. */
  readonly generator?: Random | null;
}

/** Refuses options that do not exist; `generator`, which every random initialisation takes, is known. */
export function expectRandomOptions(who: string, options: RandomOptions, known: readonly string[]): void {
  expectOptions(`init.${who}`, options, [...known, 'generator']);
  const { generator = null } = options;
  if (generator === null || generator instanceof Random) return;
  throw new ZooError(
    `init.${who}: expected generator to be an nn.Random, got ${kindOf(generator)}. Give new nn.Random(seed), or leave it out.`,
  );
}

/** Fills a parameter, or has one that has no shape yet remember to be filled. */
export function fill(
  who: string,
  parameter: Parameter,
  init: Initializer,
  { generator = null }: RandomOptions = {},
): void {
  expectParameter(who, parameter);
  parameter.initialize(generator ? (shape) => init(shape, generator) : init);
}

/** @param words the dimensions that are wanted */
export function expectDimensions(
  who: string,
  parameter: Parameter,
  isWanted: (dimensions: number) => boolean,
  words: string,
): void {
  expectParameter(who, parameter);
  const shape = parameter.expectedShape;
  if (isWanted(shape.length)) return;
  throw new ShapeError(
    `init.${who}: expected a weight of ${words} dimensions, got shape ${shapeText(shape)}. Use init.uniform or init.normal.`,
  );
}

function expectParameter(who: string, parameter: Parameter): void {
  if (parameter instanceof TensorState) return;
  throw new ZooError(
    `init.${who}: expected a Parameter, such as layer.weight, got ${kindOf(parameter)}. ` +
      'Pass the parameter itself and not its value; a layer without a bias has null there.',
  );
}
