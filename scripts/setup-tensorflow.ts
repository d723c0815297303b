import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Installs @tensorflow/tfjs-node for the tests: `npm run setup:tensorflow`, again after an `npm install`, which takes it away.
// Its own installer wants a host beside npm's registry, and brings TensorFlow 2.9. Here the library comes out of the Python wheel of a
// current TensorFlow, of which nothing else is used, and the package's native part is compiled against it.

const root = fileURLToPath(new URL('..', import.meta.url));

/** Any Python downloads the wheel that this names, whatever its own version. */
const wheel = { package: 'tensorflow-cpu', version: '2.21.0', python: '3.12', platform: 'manylinux_2_27_x86_64' };

/** The libraries, and those headers that the native part includes. */
const wanted = [
  'libtensorflow_',
  'include/tensorflow/c/',
  'include/tensorflow/core/platform/',
  'include/tsl/',
  'include/xla/tsl/c/',
];

const tools: Record<string, [command: string, ...words: string[]]> = {
  'g++': ['g++', '--version'],
  'python3 with pip': ['python3', '-m', 'pip', '--version'],
};

/** Runs a program to its end; what it prints is shown only if it fails. */
function run(command: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd: root, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${[command, ...words].join(' ')} failed:\n${error?.message ?? `${stdout}${stderr}`}`);
}

/** What is there. A process of its own, for a native part cannot be unloaded. @throws Error if tfjs-node does not work */
function versions(): string {
  const script = `
    const tf = require('@tensorflow/tfjs-node');
    console.log('tfjs-node ' + tf.version['tfjs-node'] + ' on TensorFlow ' + tf.backend().binding.TF_Version);`;
  return run(process.execPath, '-e', script).trim();
}

function works(): boolean {
  try {
    versions();
    return true;
  } catch {
    return false;
  }
}

function expectTools(): void {
  const here = `${process.platform} on ${process.arch}`;
  if (here !== 'linux on x64') {
    throw new Error(`expected linux on x64, got ${here}. Let npm install @tensorflow/tfjs-node try by itself.`);
  }
  const missing = Object.entries(tools).filter(([, [command, ...words]]) => spawnSync(command, words).status !== 0);
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(' and ');
  throw new Error(`expected g++ and python3 with pip, got no ${names}. Try apt-get install g++ python3-pip.`);
}

/** The package without its installer, as old as the tfjs beside it, and the headers that its native part is compiled with. */
function installPackage(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@tensorflow/tfjs/package.json'), 'utf8'));
  const packages = [`@tensorflow/tfjs-node@${version}`, 'node-api-headers@1'];
  // As a development dependency, though it is not saved: npm leaves an optional peer out.
  run('npm', 'install', '--no-save', '--save-dev', '--ignore-scripts', '--no-audit', '--no-fund', ...packages);
  return join(root, 'node_modules/@tensorflow/tfjs-node');
}

/** The folder of the library, which the native part names, so it must stay where it is. */
function unpackLibrary(): string {
  const folder = join(root, '.cache', `${wheel.package}-${wheel.version}`);
  if (existsSync(folder)) return join(folder, 'tensorflow');
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const { python, platform } = wheel;
  const target = ['--only-binary=:all:', '--python-version', python, '--platform', platform, '--dest', part];
  run('python3', '-m', 'pip', '--quiet', 'download', '--no-deps', ...target, `${wheel.package}==${wheel.version}`);
  const unpack = `
import glob, os, sys, zipfile
part, wanted = sys.argv[1], tuple('tensorflow/' + prefix for prefix in sys.argv[2:])
wheel, = glob.glob(part + '/*.whl')
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(part, [name for name in archive.namelist() if name.startswith(wanted)])
os.remove(wheel)`;
  run('python3', '-c', unpack, part, ...wanted);
  renameSync(part, folder);
  return join(folder, 'tensorflow');
}

function compile(folder: string, library: string): void {
  const output = join(library, 'tfjs_binding.node');
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(folder, 'binding', name));
  const includes = [join(library, 'include'), join(root, 'node_modules/node-api-headers/include')];
  run(
    'g++',
    ...['-O2', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
    ...includes.map((include) => `-I${include}`),
    ...['-o', output, ...sources],
    ...[`-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${library}`],
  );
  const place = join(folder, 'lib/napi-v8'); // where tfjs-node looks first from Node 12.22 on
  mkdirSync(place, { recursive: true });
  copyFileSync(output, join(place, 'tfjs_binding.node'));
}

function setUp(): void {
  if (!works()) {
    expectTools();
    const step = (text: string) => console.log(`setup-tensorflow: ${text}`);
    step('installing @tensorflow/tfjs-node');
    const folder = installPackage();
    step(`unpacking the library of ${wheel.package} ${wheel.version} (260 MiB to download, unless it is there)`);
    const library = unpackLibrary();
    step('compiling the native part');
    compile(folder, library);
  }
  console.log(`setup-tensorflow: ${versions()} is there.`);
}

try {
  setUp();
} catch (error) {
  console.error(`setup-tensorflow: ${(error as Error).message}`);
  process.exitCode = 1;
}
