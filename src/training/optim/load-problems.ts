import { type HostTensor, listed, type ShapeMismatch, StateDictError, sizeOf } from '../../core/index.js';
import { shapeText } from '../../nn/index.js';

/** All that is wrong with a saved state, gathered before anything is said. */
export class LoadProblems {
  readonly missing: string[] = [];
  readonly unexpected: string[] = [];
  readonly wrong: string[] = [];
  readonly mismatched: ShapeMismatch[] = [];

  checkShape(name: string, expected: readonly number[], { shape, data }: HostTensor): void {
    if (shapeText(shape) !== shapeText(expected)) this.mismatched.push({ name, expected, actual: shape });
    else if (data.length !== sizeOf(shape))
      this.wrong.push(`${name} (expected ${sizeOf(shape)} values, got ${data.length})`);
  }

  /** @throws StateDictError that lists them */
  throwIfAny(who: string): void {
    const shapes = this.mismatched.map(
      ({ name, expected, actual }) => `${name} (expected ${shapeText(expected)}, got ${shapeText(actual)})`,
    );
    const parts = [
      listed('missing', this.missing),
      listed('unexpected', this.unexpected),
      listed('of another shape', shapes),
      listed('wrong', this.wrong),
    ].filter((part) => part !== '');
    if (parts.length === 0) return;
    throw new StateDictError(
      `${who}: expected the state of this optimizer and these parameters, got ${parts.join('; ')}. ` +
        'Load it into the kind of optimizer that it was saved from, built for the same model.',
      this,
    );
  }
}
