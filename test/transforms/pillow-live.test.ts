import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadImage, Resize } from 'tfjs-zoo/transforms';
import { pythonWith } from '../support/tools.js';
import { difference, fixtures, noiseImage, photographs, sha256 } from './support.js';

const python = pythonWith('PIL', 'numpy');

/** Runs Python beside noise.py; `input` is its stdin, and what it prints must be JSON. */
function runPython(code: string, input: unknown) {
  const { stdout, stderr, status } = spawnSync(python!, ['-c', code], {
    cwd: fixtures,
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(status, stderr).to.equal(0);
  return JSON.parse(stdout);
}

describe('against Pillow itself (skipped without Python and Pillow)', () => {
  before(function () {
    if (!python) this.skip();
  });

  it('resizes random sizes to the same bytes', () => {
    const modes = { bilinear: 2, bicubic: 3, box: 4, hamming: 5, lanczos: 1, nearest: 0 } as const;
    const side = () => 1 + Math.floor(Math.random() ** 2 * 120);
    const cases = Array.from({ length: 150 }, (_, seed) => ({
      from: [side(), side()] as [number, number],
      to: [side(), side()] as [number, number],
      channels: seed % 3 === 0 ? (1 as const) : (3 as const),
      mode: Object.keys(modes)[Math.floor(Math.random() * 6)] as keyof typeof modes,
      seed,
    }));
    const expected = runPython(
      `
import sys, json, hashlib
from noise import noise
from PIL import Image
out = []
for case in json.load(sys.stdin):
    pixels = noise(case['from'][1], case['from'][0], case['channels'], case['seed'])
    image = Image.fromarray(pixels[:, :, 0] if case['channels'] == 1 else pixels)
    out.append(hashlib.sha256(image.resize(case['to'], ${JSON.stringify(modes)}[case['mode']]).tobytes()).hexdigest())
print(json.dumps(out))`,
      cases,
    );
    cases.forEach(({ from, to, channels, mode, seed }, i) => {
      const out = new Resize([to[1], to[0]], { interpolation: mode }).apply(noiseImage(...from, channels, seed));
      expect(sha256(out.data), JSON.stringify(cases[i])).to.equal(expected[i]);
    });
  });

  it('reads random JPEGs with much the same pixels', async () => {
    const side = () => 16 + Math.floor(Math.random() * 54);
    const cases = Array.from({ length: 60 }, (_, seed) => ({
      size: [side(), side()],
      quality: 1 + Math.floor(Math.random() * 100),
      subsampling: [0, 0, 1, 2][seed % 4]!,
      progressive: seed % 2 === 0,
      mode: ['RGB', 'RGB', 'RGB', 'L', 'CMYK'][seed % 5],
      seed,
    }));
    const files: { file: string; rgb: string }[] = runPython(
      `
import sys, json, io, base64
from noise import noise
from PIL import Image
out = []
for case in json.load(sys.stdin):
    w, h = case['size']
    image = Image.fromarray(noise(3, 3, 3, case['seed'])).resize((w, h), 3).convert(case['mode'])
    file = io.BytesIO()
    image.save(file, 'JPEG', quality=case['quality'], subsampling=case['subsampling'], progressive=case['progressive'])
    rgb = Image.open(file).convert('RGB')
    out.append({'file': base64.b64encode(file.getvalue()).decode(), 'rgb': base64.b64encode(rgb.tobytes()).decode()})
print(json.dumps(out))`,
      cases,
    );
    for (const [i, { file, rgb }] of files.entries()) {
      const { data } = await loadImage(Buffer.from(file, 'base64'));
      const { max, mean } = difference(data, Buffer.from(rgb, 'base64'));
      const fullChroma = cases[i]!.subsampling === 0 || cases[i]!.mode === 'L';
      // Noise is the worst case: chroma at half size has nothing in common with its neighbours.
      expect(max, JSON.stringify(cases[i])).to.be.at.most(fullChroma ? 4 : 80);
      expect(mean, JSON.stringify(cases[i])).to.be.at.most(fullChroma ? 1 : 15);
    }
  });

  it('reads photographs in JPEG with much the same pixels', async () => {
    const files: { file: string; rgb: string; subsampling: number }[] = runPython(
      `
import sys, json, io, base64
from PIL import Image
out = []
for path in json.load(sys.stdin):
    for subsampling in (0, 1, 2):
        file = io.BytesIO()
        Image.open(path).convert('RGB').save(file, 'JPEG', quality=90, subsampling=subsampling)
        rgb = Image.open(file).convert('RGB').tobytes()
        out.append({'file': base64.b64encode(file.getvalue()).decode(), 'rgb': base64.b64encode(rgb).decode(),
                    'subsampling': subsampling})
print(json.dumps(out))`,
      ['chelsea.png', 'coffee.png', 'rocket.jpg'].map((name) => fileURLToPath(new URL(name, photographs))),
    );
    for (const { file, rgb, subsampling } of files) {
      const { data } = await loadImage(Buffer.from(file, 'base64'));
      const { max, mean } = difference(data, Buffer.from(rgb, 'base64'));
      expect(max).to.be.at.most(subsampling === 0 ? 3 : 80);
      expect(mean).to.be.at.most(subsampling === 0 ? 0.7 : 1.5);
    }
  });
});
