import { parseArgs } from 'node:util';
import { nearest, ZooError } from '../core/index.js';

/** The command line was used wrongly: exit code 2. */
export class UsageError extends ZooError {
  override name = 'UsageError';
}

interface Option {
  readonly description: string;
  /** What the help calls the option's value; an option without one is a switch. */
  readonly value?: string;
  /** One letter that stands for the name. */
  readonly short?: string;
  readonly default?: string;
}

type Options = Readonly<Record<string, Option>>;

type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { default: string }
    ? string
    : O[Name] extends { value: string }
      ? string | undefined
      : boolean;
};

/** One command of the program: what it takes and what it does. */
export interface CommandSpec<O extends Options> {
  /** With its arguments, as the help shows it. */
  readonly usage: string;
  readonly description: string;
  /** How many arguments it takes that are no options. */
  readonly args: { readonly min: number; readonly max: number; readonly what: string };
  readonly options: O;
  readonly examples: readonly string[];
  /** @returns the exit code */
  run(args: readonly string[], values: Values<O>): Promise<number>;
}

/** A command, ready for words from a shell. */
export interface Command {
  readonly help: string;
  /** @throws UsageError if the words are not what the command takes */
  run(words: readonly string[]): Promise<number>;
}

export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  return {
    help: helpText(spec),
    run: (words) => {
      const { args, values } = parse(spec.options, words);
      if (args.length < spec.args.min || args.length > spec.args.max) {
        throw new UsageError(`expected ${spec.args.what}, got ${args.map((arg) => `'${arg}'`).join(', ') || 'none'}.`);
      }
      return spec.run(args, values as Values<O>);
    },
  };
}

function parse(options: Options, words: readonly string[]) {
  const config = Object.entries(options).map(([name, { value, short, default: fallback }]) => {
    const letter = short === undefined ? {} : { short };
    if (value === undefined) return [name, { type: 'boolean', default: false, ...letter }] as const;
    return [name, { type: 'string', ...(fallback !== undefined && { default: fallback }), ...letter }] as const;
  });
  const { positionals, values, tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(config),
    allowPositionals: true,
    // Its own errors run over several lines.
    strict: false,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === 'option') checkOption(options, token);
  return { args: positionals, values };
}

function checkOption(
  options: Options,
  token: { name: string; rawName: string; value: string | undefined; inlineValue: boolean | undefined },
): void {
  const { name, rawName, value, inlineValue } = token;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option || (rawName !== `--${name}` && rawName !== `-${option.short}`)) {
    const known = Object.keys(options).map((each) => `--${each}`);
    throw new UsageError(`expected options among ${known.join(', ')}, got ${rawName}.`);
  }
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`expected no value for ${rawName}, got '${value}'.`);
  } else if (!value || (value.startsWith('-') && !inlineValue)) {
    const remedy = value ? ` Write ${rawName}=${value} if you mean it.` : '';
    throw new UsageError(`expected ${rawName} ${option.value}, got ${value ? `'${value}'` : 'no value'}.${remedy}`);
  }
}

function helpText({ usage, description, options, examples }: CommandSpec<Options>): string {
  const lines = [
    ...Object.entries(options).map(([name, option]) => [
      `${option.short ? `-${option.short}, ` : ''}--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
      option.default === undefined ? option.description : `${option.description} (default: ${option.default})`,
    ]),
    ['-h, --help', 'Show this help'],
  ];
  const width = lines.reduce((longest, [left]) => Math.max(longest, left!.length), 0);
  return [
    `Usage: tfjs-zoo ${usage}`,
    '',
    description,
    '',
    'Options:',
    ...lines.map(([left, right]) => `  ${left!.padEnd(width)}  ${right}`),
    '',
    'Examples:',
    ...examples.map((example) => `  tfjs-zoo ${example}`),
  ].join('\n');
}

/** The value of an option that counts something. @throws UsageError unless it is a positive integer */
export function positiveInteger(option: string, value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new UsageError(`expected a positive integer for --${option}, got '${value}'.`);
}

/** Longer lists are not read. */
const MOST_LISTED = 12;

/** A value that must be one of some. @throws UsageError listing them, or of many the nearest */
export function oneOf<T extends string>(what: string, choices: readonly T[], value: string): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  if (choices.length <= MOST_LISTED) {
    throw new UsageError(`expected ${what} among ${choices.join(', ')}, got '${value}'.`);
  }
  const likely = nearest(value, choices).join(', ');
  throw new UsageError(`expected ${what} among ${choices.length}, got '${value}'. The nearest: ${likely}.`);
}
