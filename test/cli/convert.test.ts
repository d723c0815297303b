import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { listModels } from 'tfjs-zoo';
import { readCheckpoint, writeSafetensors, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import type { HostTensor } from '../../src/core/index.js';
import { serveFile, slow, whole } from '../support/file-server.js';
import { pythonWith } from '../support/tools.js';
import { sha256, withoutOurVariables } from '../weights/support.js';
import { lenetWeights, outcomeOf, program, root, runNode, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

const python = pythonWith('torch');
const sizes = { numClasses: 7, inChannels: 1, inputSize: 32 };

describe('tfjs-zoo convert', () => {
  withoutOurVariables();
  const folder = temporaryFolder();
  const lenet = writeLenet(folder);
  const out = join(folder, 'out');
  const at = (name: string) => join(out, name);
  const convert = (...words: string[]) => tfjsZoo('convert', ...words);
  beforeEach(() => mkdirSync(out));
  afterEach(() => rmSync(out, { recursive: true }));

  it('writes a web folder, and says how large it is and how to use it', async () => {
    const { code, stdout, stderr } = await convert(
      lenet,
      at('public/models/lenet'),
      '--model',
      'lenet',
      '--dtype',
      'float16',
    );
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.equal(
      `Wrote ${at('public/models/lenet')}: 10 tensors as float16, 120.5 KiB in 1 shard\n` +
        "Use it: createModel('lenet', { weights: '/models/lenet/' })\n",
    );
    const { stateDict, extra } = await readCheckpoint(at('public/models/lenet'));
    expect(extra).to.deep.equal({ model: { name: 'lenet', options: sizes } });
    expect(stateDict.get('fc1.weight')!.dtype).to.equal('float16');
    expect(stateDict.get('fc1.bias')).to.deep.equal(lenetWeights().get('fc1.bias'));
  });

  it('writes weights only where no model is named, and files for Python', async () => {
    const web = await convert(lenet, at('plain'));
    expect(web.stdout).to.equal(
      `Wrote ${at('plain')}: 10 tensors as float32, 240.0 KiB in 1 shard\nUse it: await openCheckpoint('${at('plain')}/')\n`,
    );
    const pth = await convert(at('plain'), at("a'b.pth"));
    expect(pth.stdout).to.match(
      /: 10 tensors, 24\d\.\d KiB\nUse it: torch\.load\('.*a\\'b\.pth', weights_only=True\)\n$/,
    );
    const safetensors = await convert(at("a'b.pth"), at('a.safetensors'), '--dtype', 'float32');
    expect(safetensors.stdout).to.match(
      / as float32, 240\.\d KiB\nUse it: safetensors\.torch\.load_file\('.*a\.safetensors'\)\n$/,
    );
    expect((await readCheckpoint(at('a.safetensors'))).stateDict.get('fc3.bias')).to.deep.equal(
      lenetWeights().get('fc3.bias'),
    );
  });

  it('prints JSON, with labels from a file and what images say', async () => {
    const categories = at('labels.txt');
    writeFileSync(categories, 'a\r\nb\nc\nd\ne\nf\ng\n');
    const words = ['--model', 'lenet', '--dtype', 'uint8', '--categories', categories, '--verify', 'examples/images'];
    const { code, stdout, stderr } = await convert(lenet, at('web'), ...words, '--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    const { agreement, bytes, ...report } = JSON.parse(stdout);
    expect(report).to.deep.equal({
      source: lenet,
      target: at('web'),
      format: 'tfjs',
      dtype: 'uint8',
      tensors: 10,
      shards: 1,
      rounded: [],
      model: { name: 'lenet', options: sizes },
    });
    expect(bytes).to.equal(
      readdirSync(at('web'))
        .filter((name) => name.endsWith('.bin'))
        .reduce((sum, name) => sum + statSync(at(`web/${name}`)).size, 0),
    );
    expect(agreement.images).to.equal(
      readdirSync(join(root, 'examples/images')).filter((name) => /\.(png|jpg)$/.test(name)).length,
    );
    expect(agreement.relative).to.be.within(1e-6, 0.05);
    expect([agreement.top1, agreement.top5 > 0.7]).to.deep.equal([1, true]);
    expect(JSON.parse(readFileSync(at('web/model.json'), 'utf8')).categories).to.deep.equal(Array.from('abcdefg'));
  });

  it('says in a line how far both agree', async () => {
    const { stdout } = await convert(lenet, at('web'), '--model', 'lenet', '--verify', 'examples/images/rocket.jpg');
    expect(stdout.split('\n')[1]).to.equal(
      'Compared on 1 image: logits differ by at most 0 (0 % of the largest); top-1 agrees by 100 %, top-5 by 100 %',
    );
  });

  it('warns of float64 values that become float32', async () => {
    const double: HostTensor = { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) };
    await writeTorchCheckpoint(new Map([['w', double]]), at('double.pth'));
    const { code, stderr } = await convert(at('double.pth'), at('web'));
    expect([code, stderr]).to.deep.equal([0, 'tfjs-zoo: warning: float64 values became float32 in w\n']);
  });

  it('fetches the published weights of a model, from a mirror, unless there is a path of that name', async () => {
    const file = readFileSync(lenet);
    const server = await serveFile(file, whole);
    const entry = {
      model: 'lenet',
      name: 'DIGITS',
      isDefault: true,
      url: 'http://no-such-host.invalid/model.pth',
      sha256: sha256(file),
      size: { bytes: file.length },
      categories: Array.from('abcdefg'),
    };
    const env = { ...process.env, TFJS_ZOO_CACHE: at('cache'), TFJS_ZOO_TEST_ENTRY: JSON.stringify(entry) };
    const register = join(root, 'test/cli/register-weights.mjs');
    const words = ['--import', register, join(root, program[0]!), 'convert', 'lenet', 'web', '--json'];
    const run = (...more: string[]) => runNode([...words, ...more], { env, cwd: out });
    const { code, stdout, stderr } = await run('--mirror', server.url.replace('/model.pth', ''));
    await server.close();
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(JSON.parse(stdout)).to.deep.include({ source: 'lenet', model: { name: 'lenet', options: sizes } });
    expect(JSON.parse(readFileSync(at('web/model.json'), 'utf8')).categories).to.deep.equal(Array.from('abcdefg'));
    expect(server.asked).to.deep.equal(['all']);

    writeFileSync(at('lenet'), file);
    const path = await run('--force');
    expect([path.code, JSON.parse(path.stdout).model]).to.deep.equal([0, undefined]);
  });

  it('leaves nothing behind after Ctrl-C while it reads', async () => {
    const server = await serveFile(readFileSync(lenet), slow(1000, 20));
    const child = spawn(process.execPath, [...program, 'convert', server.url, at('web')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const outcome = outcomeOf(child);
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    await server.close();
    expect([code, stdout, stderr]).to.deep.equal([130, '', '']);
    expect(readdirSync(out)).to.deep.equal([]);
  });

  it('comes back to PyTorch bit for bit (skipped without PyTorch)', async function () {
    if (!python) this.skip();
    const [original, back] = [at('original.pth'), at('back.pth')];
    const make =
      'import sys, torch; from collections import OrderedDict as D; torch.manual_seed(0); r = torch.randn; ' +
      "s = D([('0.weight', r(8, 3, 5, 5)), ('0.bias', r(8)), ('1.weight', r(8, 1, 3, 3)), ('2.running_mean', r(8)), " +
      "('2.num_batches_tracked', torch.tensor(7)), ('3.weight', r(1500, 900)), ('3.bias', r(1500)), " +
      "('odd.weight', torch.tensor([[float('nan'), float('inf')], [-0.0, 1e-45]])), ('mask', r(4) > 0)]); torch.save(s, sys.argv[1])";
    const compare =
      'import sys, torch; a, b = (torch.load(f) for f in sys.argv[1:]); assert type(a) is type(b) and list(a) == list(b); ' +
      'bits = lambda t: t.numpy().tobytes(); ' +
      'assert all(a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and bits(a[k]) == bits(b[k]) for k in a); print(len(a))';
    expect(spawnSync(python, ['-c', make, original]).status).to.equal(0);
    expect((await convert(original, at('web'))).code).to.equal(0);
    expect((await convert(at('web'), back)).code).to.equal(0);
    const compared = spawnSync(python, ['-c', compare, original, back], { encoding: 'utf8' });
    expect([compared.stdout, compared.stderr]).to.deep.equal(['9\n', '']);
  });

  describe('of an AlexNet', function () {
    this.timeout(120_000);
    const large = join(folder, 'alexnet.safetensors');
    const memory = join(folder, 'web');
    const shapes: [string, number[]][] = [
      ['features.0', [64, 3, 11, 11]],
      ['features.3', [192, 64, 5, 5]],
      ['features.6', [384, 192, 3, 3]],
      ['features.8', [256, 384, 3, 3]],
      ['features.10', [256, 256, 3, 3]],
      ['classifier.1', [4096, 9216]],
      ['classifier.4', [4096, 4096]],
      ['classifier.6', [1000, 4096]],
    ];

    before(async () => {
      const zeros = (shape: number[]): HostTensor => ({
        dtype: 'float32',
        shape,
        data: new Float32Array(shape.reduce((a, b) => a * b)),
      });
      const state = shapes.flatMap(([name, shape]): [string, HostTensor][] => [
        [`${name}.weight`, zeros(shape)],
        [`${name}.bias`, zeros([shape[0]!])],
      ]);
      await writeSafetensors(new Map(state), large);
      expect((await convert(large, memory)).code).to.equal(0);
    });

    for (const target of ['web', 'a.pth']) {
      it(`leaves nothing behind after Ctrl-C while it writes ${target}`, async () => {
        const child = spawn(process.execPath, [...program, 'convert', large, at(target)], {
          cwd: root,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const outcome = outcomeOf(child);
        while (readdirSync(out).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        child.kill('SIGINT');
        const { code, stdout, stderr } = await outcome;
        expect([code, stdout, stderr]).to.deep.equal([130, '', '']);
        expect(readdirSync(out)).to.deep.equal([]);
      });
    }

    for (const [what, source, ...words] of [
      ['into a web folder', large, 'out', '--model', 'alexnet'],
      ['into one of float16', large, 'out', '--model', 'alexnet', '--dtype', 'float16'],
      ['into one of uint8', large, 'out', '--model', 'alexnet', '--dtype', 'uint8'],
      ['into a file', large, 'out.pth'],
      ['into a file of float16', large, 'out.safetensors', '--dtype', 'float16'],
      ['from a web folder into a file', memory, 'out.pth'],
      ['from a web folder into another', memory, 'out', '--model', 'alexnet', '--dtype', 'uint8'],
    ] as const) {
      it(`takes less than 1.5 times the memory of its weights: ${what}`, async () => {
        const [target, ...options] = words;
        const run = ['--import', './test/cli/print-peak.mjs', ...program, 'convert', source, at(target), ...options];
        const { code, stderr } = await runNode(run);
        expect(code, stderr).to.equal(0);
        const peak = Number(/^peak (\d+) bytes$/m.exec(stderr)?.[1]);
        expect(peak / statSync(large).size).to.be.within(0.5, 1.5);
      });
    }
  });

  const failures: readonly (readonly [words: string, code: number, message: string])[] = [
    ['', 2, 'expected IN and OUT, got none. See tfjs-zoo convert --help.'],
    ['a.pth', 2, "expected IN and OUT, got 'a.pth'. See tfjs-zoo convert --help."],
    ['a b c', 2, "expected IN and OUT, got 'a', 'b', 'c'. See tfjs-zoo convert --help."],
    ['a b --dtype int4', 2, "expected --dtype among float32, float16, uint8, got 'int4'. See tfjs-zoo convert --help."],
    [
      'a b --model vgg',
      2,
      `expected --model among ${listModels().length}, got 'vgg'. The nearest: vgg11, vgg13, vgg16.`,
    ],
    [
      'alexnett OUT/web',
      1,
      "expected a checkpoint, a web folder, a URL or a model, got 'alexnett', which is none. The nearest model: alexnet.\n",
    ],
    ['no-such.pth OUT/web', 1, 'no-such.pth: expected a checkpoint file, got ENOENT. Check the path.\n'],
    ['LENET LENET', 1, `convertWeights: expected nothing yet at ${lenet}, got a file. Choose another place, or`],
    [
      'LENET OUT/a.pth --dtype uint8',
      1,
      `convertWeights: expected a dtype among float32, float16 for ${out}/a.pth, got`,
    ],
    ['LENET OUT/web --model alexnet', 1, 'convertWeights to alexnet: expected a state dict with this'],
    [
      'LENET OUT/web --verify no-such.jpg',
      1,
      '--verify no-such.jpg: expected an image or a folder that can be read, got ENOENT. Check the path.\n',
    ],
    ['LENET OUT/web --verify examples/images', 1, 'convertWeights: expected a model to compare images with, got none.'],
    [
      'LENET OUT/web --categories no-such.txt',
      1,
      'expected --categories as a file with a label a line, got ENOENT at no-such.txt. Check it.\n',
    ],
    [
      'alexnet_d2l OUT/web',
      1,
      "createModel('alexnet_d2l'): expected a model with pretrained weights, got one without.",
    ],
  ];
  for (const [words, code, message] of failures) {
    it(`exits with ${code} and one line, and writes nothing, when called as: tfjs-zoo convert ${words}`, async () => {
      const filled = words.replaceAll('LENET', lenet).replaceAll('OUT', out);
      const outcome = await convert(...filled.split(' ').filter(Boolean));
      expect(outcome.stderr).to.match(/^[^\n]*\n$/);
      expect(outcome.stderr.startsWith(`tfjs-zoo convert: ${message}`), outcome.stderr).to.equal(true);
      expect([outcome.code, outcome.stdout, readdirSync(out)]).to.deep.equal([code, '', []]);
    });
  }
});
