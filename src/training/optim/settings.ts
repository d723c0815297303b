import { ZooError } from '../../core/index.js';
import { expectOptions, kindOf } from '../../nn/index.js';
import type { Limit } from './limits.js';

/** What every optimizer can be told. */
export interface CommonOptions {
  /** The learning rate. */
  readonly lr?: number;
  /** Whether the objective is to grow, and not to shrink. */
  readonly maximize?: boolean;
  /** Kept, and of no effect: in PyTorch it says how steps are computed, and changes no number. */
  readonly foreach?: boolean | null;
  /** Can only be false: no gradient goes through a step here. */
  readonly differentiable?: boolean;
}

/** All options of an optimizer, each with its value. `Options` are those that can be given. */
export type Settings<Options> = { -readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** What one kind of optimizer takes. */
export interface OptimizerSpec<Options> {
  readonly name: string;
  /** PyTorch's, in PyTorch's order. */
  readonly defaults: Settings<Options>;
  /** What an option has to be, where not every value will do. */
  readonly limits: { readonly [Name in keyof Options]?: Limit };
  /** What is wrong with options of which each is right. */
  conflict?(settings: Settings<Options>): string | undefined;
  /** What it keeps of a parameter: tensors that lie as the parameter, and the number of steps. */
  readonly state: Readonly<Record<string, 'tensor' | 'optional tensor' | 'count'>>;
}

/**
 * The settings that an optimizer is built with.
 * @throws ZooError naming every option that does not exist, or is not what it has to be
 */
export function settingsOf<Options extends object>(spec: OptimizerSpec<Options>, options: Options): Settings<Options> {
  expectOptions(spec.name, options, Object.keys(spec.defaults));
  const given = definedOf(options);
  expectWithin(spec.name, spec, given);
  const settings = { ...spec.defaults, ...given };
  const conflict = spec.conflict?.(settings);
  if (conflict !== undefined) throw new ZooError(`${spec.name}: ${conflict}`);
  return settings;
}

/** @throws ZooError naming every option that is not what it has to be; one that does not exist passes, as in PyTorch's groups */
export function expectWithin(
  who: string,
  { limits }: { readonly limits: object },
  given: Readonly<Record<string, unknown>>,
): void {
  const broken = (Object.entries(limits) as [string, Limit][]).filter(
    ([name, limit]) => name in given && !limit.accepts(given[name]),
  );
  if (broken.length === 0) return;
  const expected = broken.map(([name, { text }]) => `${name} to be ${text}`);
  const got = broken.map(([name]) => valueText(given[name]));
  throw new ZooError(`${who}: expected ${expected.join(', ')}, got ${got.join(', ')}. Correct what is out of range.`);
}

/** An option given as undefined is one that was not given. */
export function definedOf<T extends object>(options: T): T & Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T &
    Record<string, unknown>;
}

/** A value as an error prints it. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}
