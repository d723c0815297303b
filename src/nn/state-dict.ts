import {
  listed,
  ShapeError,
  type ShapeMismatch,
  type StateDict,
  StateDictError,
  sizeOf,
  UninitializedError,
  ZooError,
} from '../core/index.js';
import { kindOf } from './functional/checks.js';
import type { State } from './state.js';

/** What did not match when a state dict was loaded with `strict: false`. */
export interface LoadReport {
  /** In the model, not in the state dict: these kept their values. */
  readonly missing: readonly string[];
  /** In the state dict, not in the model: these were ignored. */
  readonly unexpected: readonly string[];
}

/**
 * Compares a model's state with a checkpoint's names and shapes, before anything is changed.
 *
 * @throws StateDictError with everything that is wrong: shapes that differ always, missing and unexpected names if `strict`
 */
export function matchStateDict(
  who: string,
  states: ReadonlyMap<string, State>,
  shapes: ReadonlyMap<string, readonly number[]>,
  { strict, remedy }: { strict: boolean; remedy?: string },
): LoadReport {
  const missing = [...states].filter(([name, state]) => !shapes.has(name) && !state.optional).map(([name]) => name);
  const unexpected = [...shapes.keys()].filter((name) => !states.has(name));
  const mismatched: ShapeMismatch[] = [];
  for (const [name, actual] of shapes) {
    const state = states.get(name);
    if (state && !state.accepts(actual)) mismatched.push({ name, expected: state.expectedShape, actual });
  }
  if (mismatched.length > 0 || (strict && (missing.length > 0 || unexpected.length > 0))) {
    throw new StateDictError(describe(who, { missing, unexpected, mismatched }, remedy), {
      missing,
      unexpected,
      mismatched,
    });
  }
  return { missing, unexpected };
}

/**
 * Checks that every entry holds as many values as its shape says.
 * @throws ShapeError naming all that do not
 */
export function expectWhole(who: string, stateDict: StateDict): void {
  const broken = [...stateDict].filter(([, { shape, data }]) => data.length !== sizeOf(shape));
  if (broken.length === 0) return;
  const found = broken.map(([name, { shape, data }]) => `${name} [${shape.join(', ')}] with ${data.length} values`);
  throw new ShapeError(
    `${who}: expected as many values as each shape says, got ${listed('broken', found)}. ` +
      'Correct the data or the shapes.',
  );
}

/** Checks what plain JavaScript may pass, such as the whole checkpoint. @throws ZooError unless it is a Map of tensors */
export function expectStateDict(who: string, stateDict: StateDict): void {
  if (!(stateDict instanceof Map)) {
    const given: unknown = stateDict;
    const isCheckpoint = typeof given === 'object' && given !== null && 'stateDict' in given;
    const got = isCheckpoint ? 'the whole checkpoint' : kindOf(given);
    const remedy = given instanceof Promise ? 'Await it first.' : 'Pass checkpoint.stateDict, a Map.';
    throw new ZooError(`${who}: expected a state dict, got ${got}. ${remedy}`);
  }
  for (const [name, entry] of stateDict) {
    if (Array.isArray(entry?.shape) && ArrayBuffer.isView(entry.data)) continue;
    throw new ZooError(
      `${who}: expected { dtype, shape, data } under '${name}', got ${kindOf(entry)}. Read tensors back into typed arrays.`,
    );
  }
}

/**
 * Checks that there are values to save.
 * @throws UninitializedError naming all that a lazy module has no shape for yet
 */
export function expectFilled(who: () => string, states: ReadonlyMap<string, State>): void {
  const lazy = [...states].filter(([, state]) => state.isLazy).map(([name]) => name);
  if (lazy.length > 0) {
    throw new UninitializedError(
      `${who()}: expected values of all parameters and buffers, got ${listed('without a shape', lazy)}. ` +
        'Run one forward pass, or load a checkpoint, first.',
    );
  }
  for (const state of states.values()) void state.value; // one that was disposed throws
}

/** A state dict of the values that there are at the moment of the call; they arrive later. */
export async function readStates(states: ReadonlyMap<string, State>): Promise<StateDict> {
  const reads = [...states].map(([name, state]) => [name, state.snapshot()] as const);
  return new Map(await Promise.all(reads.map(async ([name, read]) => [name, await read()] as const)));
}

function describe(
  who: string,
  report: { missing: readonly string[]; unexpected: readonly string[]; mismatched: readonly ShapeMismatch[] },
  remedy?: string,
): string {
  const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`.replaceAll('-1', '?');
  const parts = [
    listed('missing', report.missing),
    listed('unexpected', report.unexpected),
    listed(
      'of another shape',
      report.mismatched.map(
        ({ name, expected, actual }) => `${name} (expected ${shapeText(expected)}, got ${shapeText(actual)})`,
      ),
    ),
  ].filter((part) => part !== '');
  const defaultRemedy =
    report.mismatched.length > 0
      ? 'Build the model with the sizes of the checkpoint, or leave those entries out and pass { strict: false }.'
      : 'Check that the checkpoint is of this architecture, or pass { strict: false } to load what matches.';
  return `${who}: expected a state dict with this model's names and shapes, got ${parts.join('; ')}. ${remedy ?? defaultRemedy}`;
}
