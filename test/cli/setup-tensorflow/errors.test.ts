import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { outcomeOf, program, root, temporaryFolder } from '../support.js';
import { addPackage, makeProject } from './support.js';

const name = '@tensorflow/tfjs-node';
const home = 'node_modules/.tfjs-zoo';
const who = 'tfjs-zoo setup-tensorflow: ';

describe('tfjs-zoo setup-tensorflow, where something is wrong (linux on x64)', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
  });
  const parent = temporaryFolder();

  it('names every tool that is missing, before it downloads anything', async () => {
    for (const [tools, got, packages] of [
      [['npm'], 'no python3 with pip and no g++', 'python3-pip g++'],
      [[], 'no npm and no python3 with pip and no g++', 'npm python3-pip g++'],
    ] as const) {
      const project = makeProject(parent, tools);
      const { code, stdout, stderr } = await project.setUp();
      expect([code, stdout, stderr]).to.deep.equal([
        1,
        '',
        `${who}expected npm, python3 with pip, g++, got ${got}; on Debian and Ubuntu apt-get install ${packages} brings what is missing.\n`,
      ]);
      expect(project.calls()).to.deep.equal([]);
      expect(project.list(home)).to.deep.equal([]);
    }
  });

  it('asks for the Python that --python names', async () => {
    const { code, stderr } = await makeProject(parent).setUp(['--python', './no-such-python']);
    expect([code, stderr]).to.deep.equal([
      1,
      `${who}expected npm, ./no-such-python with pip, g++, got no ./no-such-python with pip; ` +
        'on Debian and Ubuntu apt-get install python3-pip brings what is missing.\n',
    ]);
  });

  const steps: readonly (readonly [call: string, message: string])[] = [
    ['python3 download', 'expected pip to download tensorflow-cpu==2.21.0, got: python3 error: no more of it'],
    ['python3 -c', 'expected Python to unpack tensorflow-cpu.whl, got: python3 error: no more of it'],
    ['npm pack', `expected npm to download ${name}@4.22.0 and node-api-headers@1, got: npm error: no more of it`],
    ['g++ -o', `expected g++ to compile ${name}, got: g++ error: no more of it`],
    ['npm install', `expected npm to install ${name}, got: npm error: no more of it`],
  ];
  for (const [call, message] of steps) {
    it(`leaves nothing half, and what worked as it was, where this fails: ${call}`, async () => {
      const project = makeProject(parent);
      const { code, stdout, stderr } = await project.setUp([], { FAKE_FAIL: call });
      expect([code, stdout, stderr.trimEnd().split('\n').at(-1)]).to.deep.equal([1, '', `${who}${message}`]);
      expect(project.list('node_modules/@tensorflow')).to.deep.equal(['tfjs']);
      expect(project.list(home).filter((each) => each.startsWith('work'))).to.deep.equal([]);
      expect(project.description()).to.deep.equal({ name: 'app' });
      expect((await project.setUp()).code, 'the next time').to.equal(0);
      if (call === 'npm install') return;
      expect((await project.setUp(['--force'], { FAKE_FAIL: call })).code).to.equal(1);
      project.calls();
      expect((await project.setUp()).stdout).to.include('works already');
    });

    it(`leaves nothing half where it is interrupted at: ${call}`, async () => {
      const project = makeProject(parent);
      const log = join(project.folder, 'calls');
      const child = spawn(process.execPath, [join(root, ...program), 'setup-tensorflow'], {
        cwd: project.folder,
        env: { PATH: join(project.folder, 'bin'), FAKE_LOG: log, FAKE_HANG: call },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const outcome = outcomeOf(child);
      while (!readFileSync(log, 'utf8').includes(`"${call}"`)) await setTimeout(50);
      child.kill('SIGINT');
      const { code, stdout, stderr } = await outcome;
      expect([code, stdout]).to.deep.equal([130, '']);
      expect(stderr).to.not.include('expected');
      expect(project.list('node_modules/@tensorflow')).to.deep.equal(['tfjs']);
      expect(project.list(home).filter((each) => each.startsWith('work'))).to.deep.equal([]);
    });
  }

  it('says that npm was told to leave out what it is to install', async () => {
    const { code, stderr } = await makeProject(parent).setUp([], { FAKE_OMIT: '1' });
    expect(code).to.equal(1);
    expect(stderr.trimEnd().split('\n').at(-1)).to.equal(
      `${who}expected npm to install ${name} 4.22.0, got none. Look what npm config says of omit.`,
    );
  });

  it('says why what it has built does not load, or computes nonsense', async () => {
    const { code, stderr } = await makeProject(parent).setUp([], { FAKE_SUM: '4' });
    expect(code).to.equal(1);
    expect(stderr.trimEnd().split('\n').at(-1)).to.equal(`${who}expected ${name} to load, got: 1 + 2 = 4`);
  });

  it('wants a project, with TensorFlow.js', async () => {
    const project = makeProject(parent);
    rmSync(join(project.folder, 'node_modules/@tensorflow'), { recursive: true });
    expect((await project.setUp()).stderr).to.equal(
      `${who}expected @tensorflow/tfjs in the node_modules of ${project.folder}, got none. Install it with tfjs-zoo.\n`,
    );
    writeFileSync(join(project.folder, '.pnp.cjs'), '');
    expect((await project.setUp()).stderr).to.match(/got none\. Set nodeLinker: node-modules in \.yarnrc\.yml\.\n$/);
    rmSync(join(project.folder, 'package.json'));
    expect((await project.setUp()).stderr).to.equal(
      `${who}expected a project, a folder with a package.json, got ${project.folder}. Run it in yours, or npm init.\n`,
    );
  });

  it('finds the project from a folder below, and TensorFlow.js above it', async () => {
    const project = makeProject(parent);
    const member = join(project.folder, 'packages/member');
    mkdirSync(member, { recursive: true });
    writeFileSync(join(member, 'package.json'), '{}');
    const below = join(project.folder, 'src/deep');
    mkdirSync(below, { recursive: true });
    for (const [folder, found] of [
      [below, project.folder],
      [member, member],
    ] as const) {
      const child = spawn(process.execPath, [join(root, ...program), 'setup-tensorflow', '--json'], {
        cwd: folder,
        env: { PATH: join(project.folder, 'bin'), FAKE_LOG: join(project.folder, 'calls') },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const { stdout, stderr } = await outcomeOf(child);
      expect(JSON.parse(stdout || '{}').project, stderr).to.equal(found);
    }
  });

  for (const [lock, command] of [
    ['yarn.lock', 'yarn add --optional --ignore-scripts (--mode=skip-build from Yarn 2 on)'],
    ['pnpm-lock.yaml', 'pnpm add --save-optional --ignore-scripts'],
    ['bun.lock', 'bun add --optional --ignore-scripts'],
  ] as const) {
    it(`leaves installing to whom it belongs, by ${lock}`, async () => {
      const project = makeProject(parent);
      writeFileSync(join(project.folder, lock), '');
      const manager = command.split(' ')[0];
      const { code, stderr } = await project.setUp();
      expect([code, stderr]).to.deep.equal([
        1,
        `${who}expected ${name} 4.22.0, as old as @tensorflow/tfjs, in a project of ${manager}'s, got none. ` +
          `Run ${command} ${name}@4.22.0, then this again.\n`,
      ]);
      expect(project.calls()).to.deep.equal([]);
    });
  }

  it('builds what another program has installed, where that lies elsewhere and is linked', async () => {
    const project = makeProject(parent);
    await project.setUp();
    const real = join(project.folder, 'node_modules/.pnpm/tfjs-node/node_modules', name);
    mkdirSync(dirname(real), { recursive: true });
    renameSync(join(project.folder, 'node_modules', name), real);
    rmSync(join(real, 'lib'), { recursive: true });
    symlinkSync(real, join(project.folder, 'node_modules', name));
    writeFileSync(join(project.folder, 'pnpm-lock.yaml'), '');
    project.calls();
    expect((await project.setUp()).code).to.equal(0);
    expect(project.calls()).to.deep.equal([]);
    expect(existsSync(join(real, 'lib/napi-v8/tfjs_binding.node'))).to.equal(true);
    addPackage(project.folder, '@tensorflow/tfjs', '4.23.0');
    expect((await project.setUp()).stderr).to.include("in a project of pnpm's, got 4.22.0.");
  });

  it('takes nothing for a version that is none', async () => {
    for (const version of ['latest', '2.21', '2.21.0 --index-url=x']) {
      const { code, stderr } = await makeProject(parent).setUp(['--tensorflow', version]);
      expect([code, stderr]).to.deep.equal([
        2,
        `${who}expected --tensorflow as a version such as 2.21.0, got '${version}'. See tfjs-zoo setup-tensorflow --help.\n`,
      ]);
    }
  });
});
