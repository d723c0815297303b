import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { temporaryFolder } from '../support.js';
import { makeProject } from './support.js';

const name = '@tensorflow/tfjs-node';
const home = 'node_modules/.tfjs-zoo';
const place = `node_modules/${name}/lib/napi-v8/tfjs_binding.node`;
const library = `tensorflow-cpu-2.21.0-linux-${process.arch}`;

describe('tfjs-zoo setup-tensorflow, with stand-ins for its tools (linux on x64)', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
  });
  const parent = temporaryFolder();

  it('downloads, compiles, installs and links, in this order, and says so', async () => {
    const project = makeProject(parent);
    const { code, stdout, stderr } = await project.setUp();
    expect([code, stdout]).to.deep.equal([0, `${name} 4.22.0 is built, and works: TensorFlow 2.21.0 on the CPU\n`]);
    expect(stderr.split('\n').map((line) => line.replace('tfjs-zoo setup-tensorflow: ', ''))).to.deep.equal([
      'downloading tensorflow-cpu 2.21.0 (some 260 MiB)',
      `compiling the native part of ${name} 4.22.0`,
      `installing ${name} 4.22.0, an optional dependency in package.json`,
      '',
    ]);
    const calls = project.calls();
    expect(calls.map(({ call }) => call)).to.deep.equal([
      ...['python3 download', 'python3 -c', 'npm pack', 'python3 -c', 'python3 -c', 'g++ -o', 'npm install'],
    ]);
    expect(calls[0]!.words.join(' '))
      .to.match(/^-m pip download --no-deps /)
      .and.include('--python-version 3.12')
      .and.match(/--platform manylinux_2_27_x86_64 .* tensorflow-cpu==2\.21\.0$/);
    const compile = calls[5]!.words.join(' ');
    expect(compile).to.include('-DNAPI_VERSION=8').and.include('-Wl,-rpath,$ORIGIN/tensorflow ');
    expect(compile).to.match(
      /tfjs_backend\.cc .*tfjs_binding\.cc .*libtensorflow_cc\.so\.2 .*libtensorflow_framework\.so\.2$/,
    );
    expect(calls[6]!.words.join(' ')).to.match(
      /^install --save-optional --ignore-scripts .* @tensorflow\/tfjs-node@4\.22\.0$/,
    );
  });

  it('leaves a link to the native part, which lies beside the library, and nothing else', async () => {
    const project = makeProject(parent);
    await project.setUp();
    expect(project.list(home)).to.deep.equal([library]);
    expect(project.list(`${home}/${library}`)).to.include.members(['tensorflow', 'tfjs-node-4.22.0.node']);
    expect(project.list(`node_modules/${name}/lib/napi-v8`)).to.deep.equal(['tfjs_binding.node']);
    expect(readlinkSync(join(project.folder, place))).to.equal(
      `../../../../.tfjs-zoo/${library}/tfjs-node-4.22.0.node`,
    );
    expect(project.description()).to.deep.equal({ name: 'app', optionalDependencies: { [name]: '^4.22.0' } });
  });

  it('does nothing the second time, also after the project has moved', async () => {
    const project = makeProject(parent);
    await project.setUp();
    project.calls();
    const { code, stdout, stderr } = await project.setUp(['--json']);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(JSON.parse(stdout)).to.deep.equal({
      ...{ package: name, project: project.folder, version: '4.22.0' },
      ...{ tensorflow: '2.21.0', gpu: false, built: false },
    });
    expect(project.calls()).to.deep.equal([]);
    const moved = makeProject(parent);
    renameSync(join(project.folder, 'node_modules'), join(moved.folder, 'moved'));
    renameSync(join(moved.folder, 'node_modules'), join(moved.folder, 'before'));
    renameSync(join(moved.folder, 'moved'), join(moved.folder, 'node_modules'));
    expect((await moved.setUp()).stdout).to.equal(`${name} 4.22.0 works already: TensorFlow 2.21.0 on the CPU\n`);
    expect(moved.calls()).to.deep.equal([]);
  });

  it('needs neither download nor compiler where npm has taken the package away', async () => {
    const project = makeProject(parent);
    await project.setUp();
    project.calls();
    renameSync(join(project.folder, 'node_modules', name), join(project.folder, 'taken'));
    expect(JSON.parse((await project.setUp(['--json'])).stdout)).to.include({ built: true, tensorflow: '2.21.0' });
    expect(project.calls().map(({ call }) => call)).to.deep.equal(['npm install']);
  });

  it('builds another version beside the first, and everything again by force', async () => {
    const project = makeProject(parent);
    await project.setUp();
    const other = await project.setUp(['--tensorflow', '2.20.0', '--json'], { FAKE_TENSORFLOW: '2.20.0' });
    expect(JSON.parse(other.stdout)).to.include({ built: true, tensorflow: '2.20.0' });
    expect(project.list(home)).to.deep.equal([library.replace('2.21', '2.20'), library]);
    project.calls();
    expect(JSON.parse((await project.setUp(['--json'])).stdout), 'works').to.include({
      built: false,
      tensorflow: '2.20.0',
    });
    expect(JSON.parse((await project.setUp(['--force', '--json'])).stdout)).to.include({
      built: true,
      tensorflow: '2.21.0',
    });
    expect(project.calls().map(({ call }) => call)).to.include.members(['python3 download', 'g++ -o']);
  });

  it('builds again for another version of TensorFlow.js, with the library that is there', async () => {
    const project = makeProject(parent);
    await project.setUp();
    writeFileSync(join(project.folder, 'node_modules/@tensorflow/tfjs/package.json'), '{"version":"4.23.0"}');
    project.calls();
    expect(JSON.parse((await project.setUp(['--json'])).stdout)).to.include({ built: true, version: '4.23.0' });
    const calls = project.calls().map(({ call }) => call);
    expect(calls).to.not.include('python3 download');
    expect(calls).to.include('g++ -o');
  });

  it("builds the one for GPUs with NVIDIA's libraries, and says where it finds no GPU", async () => {
    const project = makeProject(parent);
    const { code, stdout, stderr } = await project.setUp(['--gpu']);
    expect([code, stdout]).to.deep.equal([0, `${name}-gpu 4.22.0 is built, and works: TensorFlow 2.21.0 on the CPU\n`]);
    expect(stderr).to.include('downloading tensorflow 2.21.0').and.include("downloading 1 packages of NVIDIA's");
    expect(stderr.trimEnd().split('\n').at(-1)).to.equal(
      'tfjs-zoo: warning: expected a CUDA GPU, got none: it computes on the CPU. See what nvidia-smi says.',
    );
    const downloads = project.calls().filter(({ call }) => call === 'python3 download');
    expect(downloads.map(({ words }) => words.at(-1))).to.deep.equal([
      'tensorflow==2.21.0',
      'nvidia-cublas-cu12<13.0,>=12.5',
    ]);
    const again = await project.setUp(['--gpu'], { FAKE_GPU: '1' });
    expect(again.stdout).to.equal(`${name}-gpu 4.22.0 works already: TensorFlow 2.21.0 on the GPU\n`);
    expect(again.stderr).to.equal('');
  });

  it('leaves package.json as it is with --no-save, or where it names the package', async () => {
    const project = makeProject(parent);
    const unsaved = await project.setUp(['--no-save']);
    expect(unsaved.stderr).to.include(`installing ${name} 4.22.0, unsaved: npm install will take it away again\n`);
    expect(project.description()).to.deep.equal({ name: 'app' });
    for (const [kind, how] of [
      ['dependencies', 'named in package.json\n'],
      ['peerDependencies', 'unsaved: npm install will take it away again\n'],
    ] as const) {
      const other = makeProject(parent);
      const description = { [kind]: { [name]: '^4.20.0' } };
      writeFileSync(join(other.folder, 'package.json'), JSON.stringify(description));
      expect((await other.setUp()).stderr).to.include(`installing ${name} 4.22.0, ${how}`);
      expect(other.description()).to.deep.equal(description);
      expect(other.calls().at(-1)!.words.slice(0, 3)).to.deep.equal(['install', '--no-save', '--save-dev']);
    }
  });

  it('puts its link in the place of a native part that does not load', async () => {
    const project = makeProject(parent);
    await project.setUp();
    const broken = join(project.folder, place);
    renameSync(broken, `${broken}.before`);
    mkdirSync(join(project.folder, 'elsewhere'));
    writeFileSync(broken, 'not what was asked for');
    const { stdout } = await project.setUp(['--tensorflow', '2.21.0', '--json']);
    expect(JSON.parse(stdout)).to.include({ built: true, tensorflow: '2.21.0' });
    expect(lstatSync(broken).isSymbolicLink()).to.equal(true);
  });

  it('clears away what a killed run has left, and not what another is making', async () => {
    const project = makeProject(parent);
    const folderOf = (pid: number) => join(project.folder, home, `work-${pid}`);
    for (const pid of [process.pid, 4_194_305]) mkdirSync(folderOf(pid), { recursive: true });
    await project.setUp();
    expect([process.pid, 4_194_305].map((pid) => existsSync(folderOf(pid)))).to.deep.equal([true, false]);
    expect(readFileSync(join(project.folder, place), 'utf8')).to.equal('2.21.0');
  });
});
