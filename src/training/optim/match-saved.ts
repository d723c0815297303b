import type * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, sizeOf, ZooError } from '../../core/index.js';
import { kindOf, type Parameter } from '../../nn/index.js';
import { aNumber } from './limits.js';
import { LoadProblems } from './load-problems.js';
import { toCamelCase, toSnakeCase } from './names.js';
import { type OptimizerSpec, valueText } from './settings.js';
import type { ParameterState } from './state-dict.js';

type Options = Record<string, unknown>;
type Kept = Map<string, HostTensor | number>;

/** A saved state that fits an optimizer. */
interface Saved {
  /** The options of each group. */
  readonly groups: readonly Options[];
  /** Makes the tensors of each parameter. */
  load(): Map<Parameter, ParameterState>;
}

/**
 * Compares a saved state with an optimizer, before anything is changed.
 *
 * @param stateDict as `stateDict` gives it, or a file: a dict may be a Map or an object
 * @throws ZooError if it is no state dict, or its groups are not of the same number and sizes
 * @throws StateDictError listing at once all that is missing, unexpected or of another shape
 */
export function matchSaved<Given>(
  who: string,
  stateDict: unknown,
  groups: readonly { readonly params: readonly Parameter[] }[],
  spec: OptimizerSpec<Given>,
): Saved {
  const { state, savedGroups } = expectStateDict(who, stateDict);
  expectSizes(who, savedGroups, groups);
  const problems = new LoadProblems();
  const options = savedGroups.map(({ options }, i) => matchGroup(options, `param_groups.${i}`, spec, problems));
  const parameters = groups.flatMap(({ params }) => params);
  const savedIds = savedGroups.flatMap(({ params }) => params);
  const byId = new Map(savedIds.map((id, i) => [String(id), parameters[i]!]));
  const kept = new Map<Parameter, Kept>();
  for (const [id, entry] of state) {
    const parameter = byId.get(String(id));
    if (!parameter) problems.unexpected.push(`state.${id}`);
    else kept.set(parameter, matchState(entriesOf(entry), `state.${id}`, parameter, spec.state, problems));
  }
  problems.throwIfAny(who);
  return {
    groups: options,
    load: () => new Map([...kept].map(([parameter, entries]) => [parameter, tensorsOf(parameter, entries)])),
  };
}

/** The two parts of a state dict, if it has them. */
function expectStateDict(who: string, stateDict: unknown) {
  const parts = new Map(entriesOf(stateDict));
  const state = parts.get('state');
  const groups = parts.get('param_groups');
  if (isDict(state) && Array.isArray(groups) && groups.every(isDict)) {
    const savedGroups = groups.map((group) => {
      const { params, ...options } = Object.fromEntries(entriesOf(group));
      return { params: Array.isArray(params) ? (params as unknown[]) : [], options };
    });
    return { state: entriesOf(state), savedGroups };
  }
  const got = isDict(stateDict)
    ? `one with ${[...parts.keys()].slice(0, 8).join(', ') || 'nothing'}`
    : kindOf(stateDict);
  const remedy = stateDict instanceof Promise ? 'Await it first.' : 'Pass what stateDict gave.';
  throw new ZooError(`${who}: expected a dict with state and param_groups, got ${got}. ${remedy}`);
}

function expectSizes(
  who: string,
  saved: readonly { readonly params: readonly unknown[] }[],
  groups: readonly { readonly params: readonly unknown[] }[],
): void {
  const sizesOf = (list: typeof saved) => `[${list.map(({ params }) => params.length).join(', ')}]`;
  if (sizesOf(saved) === sizesOf(groups)) return;
  throw new ZooError(
    `${who}: expected parameter groups of the sizes ${sizesOf(groups)}, got ${sizesOf(saved)}. ` +
      'Build the optimizer with the groups that it had when it was saved.',
  );
}

/** A group's options; numbers have to be there, and flags that came with later versions of PyTorch may be missing. */
function matchGroup<Given>(
  saved: Options,
  path: string,
  { defaults, limits }: OptimizerSpec<Given>,
  problems: LoadProblems,
): Options {
  const options: Options = Object.fromEntries(
    Object.entries(saved).map(([name, value]) => [toCamelCase(name), isTensor(value) ? numberIn(value) : value]),
  );
  for (const [name, standard] of Object.entries(defaults) as [keyof Given & string, unknown][]) {
    const place = `${path}.${toSnakeCase(name)}`;
    const isFlag = typeof standard === 'boolean' || standard === null;
    if (isFlag) options[name] ??= standard;
    else if (!Object.hasOwn(options, name)) problems.missing.push(place);
    else if (!(limits[name] ?? aNumber).accepts(options[name])) {
      problems.wrong.push(`${place} (expected ${(limits[name] ?? aNumber).text}, got ${valueText(options[name])})`);
    }
  }
  return options;
}

/** What is kept of one parameter. PyTorch writes None where SGD has no momentum. */
function matchState(
  saved: readonly [unknown, unknown][],
  path: string,
  parameter: Parameter,
  wanted: OptimizerSpec<never>['state'],
  problems: LoadProblems,
): Kept {
  const kept: Kept = new Map();
  const present = new Set<string>();
  for (const [key, value] of saved) {
    const name = toCamelCase(String(key));
    const place = `${path}.${key}`;
    if (value === null) continue;
    present.add(name);
    if (!Object.hasOwn(wanted, name)) problems.unexpected.push(place);
    else if (wanted[name] === 'count') {
      // A number before PyTorch 1.12, a tensor after.
      const count = isTensor(value) ? numberIn(value) : value;
      if (typeof count === 'number' && count >= 0) kept.set(name, count);
      else problems.wrong.push(`${place} (expected a number of steps, got ${describe(value)})`);
    } else if (!isTensor(value)) problems.wrong.push(`${place} (expected a tensor, got ${describe(value)})`);
    else {
      problems.checkShape(place, parameter.expectedShape, value);
      kept.set(name, value);
    }
  }
  if (present.size > 0) {
    const required = Object.keys(wanted).filter((name) => wanted[name] !== 'optional tensor' && !present.has(name));
    problems.missing.push(...required.map((name) => `${path}.${toSnakeCase(name)}`));
  }
  return kept;
}

function tensorsOf(parameter: Parameter, kept: Kept): ParameterState {
  const state: Record<string, tf.Tensor | number> = {};
  for (const [name, value] of kept) state[name] = typeof value === 'number' ? value : parameter.tensorOf(value);
  return state;
}

function isDict(value: unknown): value is object {
  return kindOf(value) === 'object';
}

/** The entries of a dict as JavaScript or a file has it; none of anything else. */
function entriesOf(dict: unknown): [unknown, unknown][] {
  if (dict instanceof Map) return [...dict];
  return isDict(dict) ? Object.entries(dict) : [];
}

function isTensor(value: unknown): value is HostTensor {
  return (
    isDict(value) && 'data' in value && ArrayBuffer.isView(value.data) && 'shape' in value && Array.isArray(value.shape)
  );
}

/** The number in a tensor of one. */
function numberIn({ data, shape }: HostTensor): number | null {
  return data.length === 1 && sizeOf(shape) === 1 ? Number(data[0]) : null;
}

function describe(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape [${value.shape.join(', ')}]`;
  return isDict(value) && 'shape' in value ? 'a tensor that was not read' : valueText(value);
}
