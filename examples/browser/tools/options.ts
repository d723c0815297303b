import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly buildOnly: boolean;
  readonly download: boolean;
  readonly help: boolean;
  readonly train: number;
  readonly test: number;
  readonly port: number;
}

export const usage = `npm run demo -- [options]

  --train N      images to train on that are packed (default 10000)
  --test N       images to test with (default 2000)
  --download     download Fashion-MNIST where this machine does not have it
  --port N       where to serve (default 4173, or the next that is free)
  --build-only   only build, to examples/browser/dist: npm run demo:build`;

/** @throws Error saying what is wrong with the words of a command line */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'build-only': { type: 'boolean', default: false },
      train: { type: 'string', default: '10000' },
      test: { type: 'string', default: '2000' },
      download: { type: 'boolean', default: false },
      port: { type: 'string', default: '4173' },
      help: { type: 'boolean', default: false },
    },
  });
  const integer = (name: 'train' | 'test' | 'port', most: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new Error(`expected --${name} from 1 to ${most}, got '${values[name]}'. See npm run demo -- --help.`);
  };
  return {
    buildOnly: values['build-only'],
    download: values.download,
    help: values.help,
    train: integer('train', 60_000),
    test: integer('test', 10_000),
    port: integer('port', 65_535),
  };
}
