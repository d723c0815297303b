import { ZooError } from '../../core/index.js';
import { kindOf, Module, Parameter } from '../../nn/index.js';
import type { Settings } from './settings.js';

/** Parameters with options of their own; those that are left out are the optimizer's. */
export type ParamGroupOptions<Options> = Options & { readonly params: Parameter | Iterable<Parameter> };

/** What an optimizer steps: parameters, or groups of them with options of their own. */
export type Params<Options> = Iterable<Parameter> | readonly ParamGroupOptions<Options>[];

/** A group of an optimizer. */
export type ParamGroup<Options> = Settings<Options> & {
  readonly params: readonly Parameter[];
  /** The learning rate before any scheduler changed it. */
  initialLr?: number;
};

/** The groups of what an optimizer is given. @throws ZooError unless there are parameters, or groups */
export function groupsOf<Options>(who: string, params: Params<Options>): ParamGroupOptions<Options>[] {
  if (params === null || typeof params !== 'object' || !(Symbol.iterator in params)) {
    throw new ZooError(
      `${who}: expected parameters, or an array of groups, got ${describe(params)}. ${remedyFor(params)}`,
    );
  }
  const entries: unknown[] = [...params];
  if (entries.length === 0) {
    throw new ZooError(
      `${who}: expected parameters, got an empty list. Give model.parameters(), which can be gone through once only.`,
    );
  }
  const areGroups = typeof entries[0] === 'object' && entries[0] !== null && 'params' in entries[0];
  return (areGroups ? entries : [{ params: entries }]) as ParamGroupOptions<Options>[];
}

/**
 * The parameters of one group.
 * @param taken those of the groups before it
 * @throws ZooError naming all that is no Parameter, or there twice
 */
export function parametersOf(
  who: string,
  group: ParamGroupOptions<unknown>,
  taken: ReadonlySet<Parameter>,
): Parameter[] {
  const { params } = (group ?? {}) as { params?: unknown };
  if (params instanceof Parameter) return parametersOf(who, { params: [params] }, taken);
  if (typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
    const got = group && typeof group === 'object' && 'params' in group ? params : group;
    throw new ZooError(
      `${who}: expected a group { params: [...] } of parameters, got ${describe(got)}. ${remedyFor(got)}`,
    );
  }
  const parameters = [...(params as Iterable<unknown>)];
  const foreign = parameters.filter((parameter) => !(parameter instanceof Parameter));
  if (foreign.length > 0) {
    throw new ZooError(
      `${who}: expected nn.Parameters only, got ${foreign.map(describe).join(', ')} among ${parameters.length}. ${remedyFor(foreign[0])}`,
    );
  }
  const own = parameters as Parameter[];
  const repeated = own.filter((parameter, i) => taken.has(parameter) || own.indexOf(parameter) < i);
  if (repeated.length === 0) return own;
  throw new ZooError(
    `${who}: expected each parameter once, in one group, got ${repeated.length} again: ${repeated.join(', ')}. ` +
      'Take them out of one of the two places.',
  );
}

function describe(value: unknown): string {
  if (value instanceof Parameter) return 'one Parameter';
  return value instanceof Module ? `a ${value.typeName}` : kindOf(value);
}

function remedyFor(value: unknown): string {
  if (value instanceof Parameter) return 'Put it into an array.';
  return value instanceof Module ? 'Give its parameters().' : 'Give model.parameters().';
}
