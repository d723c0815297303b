import { expect } from 'chai';
import { cudaRequirements } from '../../../src/cli/setup-tensorflow/library.js';
import { type Machine, targetFor, thisMachine } from '../../../src/cli/setup-tensorflow/target.js';

const linux: Machine = { platform: 'linux', arch: 'x64', glibc: '2.36' };
const cpu = { gpu: false, version: '2.21.0' };

describe('what setup-tensorflow builds', () => {
  it('is of the smallest wheel that a machine has', () => {
    const wheels = (machine: Machine, gpu = false) => targetFor(machine, { gpu, version: '2.21.0' }).wheel;
    expect(wheels(linux)).to.equal('tensorflow-cpu');
    expect(wheels(linux, true)).to.equal('tensorflow');
    expect(wheels({ ...linux, arch: 'arm64' })).to.equal('tensorflow');
    expect(wheels({ platform: 'darwin', arch: 'arm64' })).to.equal('tensorflow');
  });

  it('is linked as each system does it', () => {
    expect(targetFor({ ...linux, arch: 'arm64' }, cpu))
      .to.include({ compiler: 'g++' })
      .and.deep.include({
        platforms: ['manylinux_2_27_aarch64', 'manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
        libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
      });
    const mac = targetFor({ platform: 'darwin', arch: 'arm64' }, cpu);
    expect(mac)
      .to.include({ compiler: 'clang++', cuda: false })
      .and.deep.include({
        platforms: ['macosx_12_0_arm64'],
        libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
      });
    expect(mac.linking).to.include.members(['-bundle', '-Wl,-rpath,@loader_path/tensorflow']);
  });

  it('is nothing where there is no wheel', () => {
    const cases: [Machine, gpu: boolean, message: string][] = [
      [
        { platform: 'win32', arch: 'x64' },
        false,
        'expected linux on x64 or arm64, or macOS on arm64, got win32 on x64. Try npm install @tensorflow/tfjs-node, ' +
          'whose own installer may know how, or choose wasm.',
      ],
      [
        { platform: 'darwin', arch: 'x64' },
        false,
        'expected linux on x64 or arm64, or macOS on arm64, got darwin on x64.',
      ],
      [{ platform: 'linux', arch: 'riscv64', glibc: '2.36' }, false, 'got linux on riscv64.'],
      [
        { platform: 'darwin', arch: 'arm64' },
        true,
        'expected linux on x64 for --gpu, got darwin on arm64. Leave --gpu out.',
      ],
      [{ ...linux, arch: 'arm64' }, true, 'expected linux on x64 for --gpu, got linux on arm64. Leave --gpu out.'],
      [
        { ...linux, glibc: '2.26' },
        false,
        "expected glibc 2.27 or newer, which TensorFlow's wheels need, got glibc 2.26. Choose wasm.",
      ],
      [{ ...linux, glibc: undefined }, false, 'got another C library. Choose wasm.'],
    ];
    for (const [machine, gpu, message] of cases) {
      expect(() => targetFor(machine, { gpu, version: '2.21.0' })).to.throw(message);
    }
  });

  it('knows the machine that it runs on', () => {
    const { platform, arch, glibc } = thisMachine();
    expect([platform, arch]).to.deep.equal([process.platform, process.arch]);
    if (platform === 'linux') expect(glibc ?? '2.0').to.match(/^2\.\d+$/);
  });

  it('has for CUDA the packages that the wheel asks for as an extra', () => {
    const metadata = [
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      "Requires-Dist: nvidia-nccl-cu12 ;extra == 'and-cuda'",
      'Requires-Dist: tensorflow-io>=0.23.1; (python_version < "3.13") and extra == "gcs-filesystem"',
    ];
    expect(cudaRequirements(metadata.join('\n'))).to.deep.equal([
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-nccl-cu12',
    ]);
  });
});
