import { availableParallelism, totalmem } from 'node:os';
import { expect } from 'chai';
import type { backends } from 'tfjs-zoo';
import { softwareGpu, tensorflow } from '../support/tools.js';
import { program, runNode, tfjsZoo } from './support.js';

const threads = Math.min(availableParallelism(), 8);

describe('tfjs-zoo doctor', () => {
  it('says as JSON what works, what is missing and what that would bring', async () => {
    const { code, stdout, stderr } = await tfjsZoo('doctor', '--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    const { backends: reports, chosen, ...rest }: backends.Diagnosis = JSON.parse(stdout);
    expect(rest).to.include({ tfjs: '4.22.0', cores: availableParallelism() });
    expect(rest.runtime).to.equal(`Node ${process.versions.node} on ${process.platform} ${process.arch}`);
    expect(rest.memory!.total).to.equal(totalmem());
    expect(rest.memory!.free).to.be.within(1, totalmem());
    expect(reports.map(({ name }) => name)).to.deep.equal(['tensorflow', 'webgpu', 'wasm', 'cpu']);
    const of = (name: string) => reports.find((report) => report.name === name)!;
    expect(of('wasm')).to.deep.equal({
      name: 'wasm',
      works: true,
      brings: 'vector instructions and threads, with nothing to install',
      details: { version: '4.22.0', threads, threadsReason: 'as many as there are cores', simd: true },
    });
    expect(of('cpu')).to.deep.include({ works: true, details: { version: '4.22.0' } });
    expect(of('webgpu').problem ?? of('webgpu').details!.device).to.match(
      /^expected (the packages webgpu and|libvulkan\.so\.1|an adapter) .+\.$|\((hard|soft)ware\)$/,
    );
    expect(of('tensorflow').works).to.equal(chosen.name === 'tensorflow');
    if (tensorflow) {
      expect(of('tensorflow').details!.device).to.equal('CPU');
      expect(of('tensorflow').details!.library).to.match(/^libtensorflow 2\.\d+\.\d+, by @tensorflow\/tfjs-node$/);
    }
    expect(chosen.reason).to.match(/^the fastest that is there/);
  });

  it('prints it for people', async () => {
    const { code, stdout, stderr } = await tfjsZoo('doctor');
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^tfjs-zoo {6}\d+\.\d+\.\d+, on TensorFlow\.js 4\.22\.0$/m);
    expect(stdout).to.match(/^memory {8}[\d.]+ GiB, [\d.]+ [GM]iB free$/m);
    expect(stdout).to.include(
      `✔ wasm        4.22.0, ${threads} thread${threads === 1 ? '' : 's'} (as many as there are cores), SIMD\n`,
    );
    expect(stdout).to.match(/^[✔✘] webgpu {6}.+\n {14}.*the GPU, by compute shaders\.?$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).to.match(/^auto takes (wasm, on \d threads?|tensorflow|webgpu)$/);
  });

  it("names a GPU, and whether it is one (skipped without webgpu and Chromium's GPU in software)", async function () {
    if (!softwareGpu) return this.skip();
    const { code, stdout } = await runNode([...program, 'doctor'], { env: { ...process.env, ...softwareGpu } });
    expect(code).to.equal(0);
    expect(stdout).to.match(/^✔ webgpu {6}4\.22\.0, on google swiftshader, SwiftShader .+ \(software\)$/m);
  });
});
