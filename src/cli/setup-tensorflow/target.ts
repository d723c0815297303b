import { ZooError } from '../../core/index.js';

/** What is built on a machine, and of what. */
export interface Target {
  /** The npm package whose native part it is. */
  readonly package: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';
  /** The Python package in whose wheel the library lies. */
  readonly wheel: string;
  readonly version: string;
  /** Whether NVIDIA's libraries, which the wheel wants beside it, are fetched too. */
  readonly cuda: boolean;
  /** What pip calls the platforms whose wheels run here. */
  readonly platforms: readonly string[];
  /** The files in the wheel that the native part is linked with. */
  readonly libraries: readonly string[];
  readonly compiler: string;
  /** Words for the compiler, beside those that every compiler takes. */
  readonly linking: readonly string[];
}

/** The machine, as Node tells of it. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The version of GNU's C library; undefined where there is another. */
  readonly glibc?: string | undefined;
}

/** Of the wheels that there are, the one that this package is tested with. */
export const testedVersion = '2.21.0';

const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** @throws ZooError where there is no wheel for the machine */
export function targetFor(machine: Machine, { gpu, version }: { gpu: boolean; version: string }): Target {
  const { platform, arch, glibc } = machine;
  const common = { package: gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node', version, cuda: gpu } as const;
  const word = architectures[arch];
  if (platform === 'linux' && word) {
    if (!glibc || Number(glibc.split('.')[1]) < 27) {
      const got = glibc ? `glibc ${glibc}` : 'another C library';
      throw new ZooError(`expected glibc 2.27 or newer, which TensorFlow's wheels need, got ${got}. Choose wasm.`);
    }
    if (gpu && arch !== 'x64') throw refusal('linux on x64 for --gpu', machine, 'Leave --gpu out.');
    return {
      ...common,
      // The one that is made without CUDA is a third of the size, and is made for x64 only.
      wheel: arch === 'x64' && !gpu ? 'tensorflow-cpu' : 'tensorflow',
      platforms: ['manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].map((name) => `${name}_${word}`),
      libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
      compiler: 'g++',
      linking: ['-shared', '-fPIC', '-Wl,-rpath,$ORIGIN/tensorflow'],
    };
  }
  if (platform === 'darwin' && arch === 'arm64') {
    if (gpu) throw refusal('linux on x64 for --gpu', machine, 'Leave --gpu out.');
    return {
      ...common,
      wheel: 'tensorflow',
      platforms: ['macosx_12_0_arm64'],
      libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
      compiler: 'clang++',
      linking: ['-bundle', '-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/tensorflow'],
    };
  }
  const advice = `Try npm install ${common.package}, whose own installer may know how, or choose wasm.`;
  throw refusal('linux on x64 or arm64, or macOS on arm64', machine, advice);
}

function refusal(expected: string, { platform, arch }: Machine, advice: string): ZooError {
  return new ZooError(`expected ${expected}, got ${platform} on ${arch}. ${advice}`);
}

export function thisMachine(): Machine {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch };
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return { platform, arch, glibc: header.glibcVersionRuntime };
}
