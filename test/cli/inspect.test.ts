import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bytesOf, zipOf } from '../converters/support.js';
import { safetensorsBytes } from '../support/safetensors.js';
import { temporaryFolder, tfjsZoo, writeLenet } from './support.js';

const fixtures = 'test/fixtures/checkpoints';

describe('tfjs-zoo inspect', () => {
  const folder = temporaryFolder();
  const lenet = writeLenet(folder);

  it('lists names, dtypes, shapes and sizes, and what they come to', async () => {
    const { code, stdout, stderr } = await tfjsZoo('inspect', lenet);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^conv1\.weight +float32 +\[6, 1, 5, 5\] +600 B$/m);
    expect(stdout).to.match(/^fc1\.weight +float32 +\[120, 400\] +187\.5 KiB$/m);
    expect(stdout).to.match(/^safetensors: 10 tensors, 61,451 elements, 240\.0 KiB$/m);
  });

  it('shows briefly what else is in the file', async () => {
    const { code, stdout } = await tfjsZoo('inspect', `${fixtures}/training-p4.pth`);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^bn\.num_batches_tracked +int64 +\[\] +8 B$/m);
    expect(stdout).to.include('Also in the file:\n  epoch: 7\n  arch: "tiny"\n  best_acc1: "tensor float32 []"\n');
    expect(stdout).to.match(/^ {2}args: "object of argparse\.Namespace"$/m);
    expect(stdout).to.match(/^ {2}big: "1180591620717411303424"$/m);
  });

  it('reads what does not match its CRC-32 with --no-verify', async () => {
    const damaged = join(folder, 'damaged.pth');
    writeFileSync(damaged, zipOf([{ name: 'x/data.pkl', data: bytesOf('}.'), crc32: 7 }]));
    const refused = await tfjsZoo('inspect', damaged);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(/expected CRC-32 00000007 of "x\/data\.pkl"/);
    const { code, stdout } = await tfjsZoo('inspect', damaged, '--no-verify');
    expect(code).to.equal(0);
    expect(stdout).to.include('pytorch-zip: 0 tensors');
  });

  it('prints JSON', async () => {
    const { code, stdout, stderr } = await tfjsZoo('inspect', `${fixtures}/nested-model.pth`, '--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    const { file, format, tensors, totals, extra } = JSON.parse(stdout);
    expect([file, format]).to.deep.equal([`${fixtures}/nested-model.pth`, 'pytorch-zip']);
    expect(tensors[0]).to.deep.equal({ name: 'conv.weight', dtype: 'float32', shape: [2, 1, 3, 3], bytes: 72 });
    expect(totals).to.deep.equal({ tensors: 9, elements: 38, bytes: 156 });
    expect(extra).to.deep.equal({ epoch: 1 });
  });

  it('warns of a file without checksums, on stderr and in JSON', async () => {
    const file = join(folder, 'unchecked.pth');
    writeFileSync(file, zipOf([{ name: 'a/data.pkl', data: bytesOf('}.'), crc32: 0 }]));
    const warning = 'The file has no CRC-32 of its contents (all are 0), so damage to its tensors goes unnoticed.';
    const { code, stdout, stderr } = await tfjsZoo('inspect', file, '--json');
    expect([code, stderr]).to.deep.equal([0, `tfjs-zoo: warning: ${warning}\n`]);
    expect(JSON.parse(stdout).warnings).to.deep.equal([warning]);
  });

  it('looks where --key says', async () => {
    const { code, stdout } = await tfjsZoo('inspect', `${fixtures}/two-models.pth`, '--key', 'generator', '--json');
    expect(code).to.equal(0);
    expect(JSON.parse(stdout).totals.tensors).to.be.above(0);
  });

  it("spells out control characters of the file's names", async () => {
    const file = join(folder, 'names.safetensors');
    writeFileSync(
      file,
      safetensorsBytes(new Map([['\u001b[2Jgone', { dtype: 'float32', shape: [1], data: Float32Array.of(1) }]])),
    );
    const { stdout } = await tfjsZoo('inspect', file);
    expect(stdout).to.match(/^\\x1b\[2Jgone +float32 +\[1\] +4 B$/m);
  });

  const failures: readonly (readonly [file: string, message: string])[] = [
    ['no-such.pth', 'no-such.pth: expected a checkpoint file, got ENOENT. Check the path.'],
    [
      'package.json',
      'package.json: expected a PyTorch checkpoint (zip, legacy or tar) or a safetensors file, got JSON text.',
    ],
    ['src', 'src: expected a checkpoint file, got a folder or device.'],
    [
      `${fixtures}/two-models.pth`,
      'Checkpoint: expected a state dict (a dict of tensors), got the keys generator, discriminator',
    ],
  ];
  for (const [file, message] of failures) {
    it(`exits with 1 and one line for ${file}`, async () => {
      const { code, stdout, stderr } = await tfjsZoo('inspect', file);
      expect(stderr).to.match(/^[^\n]*\n$/);
      expect(stderr.startsWith(`tfjs-zoo inspect: ${message}`), stderr).to.equal(true);
      expect([code, stdout]).to.deep.equal([1, '']);
    });
  }
});
