import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ChildProcess } from './child-process.js';
import { type Contender, isInstalled } from './contenders.js';
import { Family } from './family.js';
import type { Timing } from './statistics.js';
import type { Suite } from './suite.js';
import { figure, table } from './table.js';

/** One of each family, or more where they differ in kind. */
const names = [
  'vgg11_bn',
  'resnet18',
  'resnet50',
  'resnext50_32x4d',
  'squeezenet1_1',
  'mobilenet_v2',
  'googlenet',
  'densenet121',
];

const fused = { name: 'tfjs-zoo', engine: 'zoo-model', backend: 'wasm' } as const;
const layerByLayer = { name: 'layer by layer', engine: 'zoo-model-unfused', backend: 'wasm' } as const;
const peer = { name: 'onnxruntime-web', engine: 'onnx-model', backend: 'onnxruntime-web' } as const;
const contenders: readonly Contender[] = [fused, layerByLayer, peer].flatMap((contender) =>
  [1, 2].map((threads) => ({ ...contender, threads })),
);

/**
 * Milliseconds of the classics for one image of 224 × 224, from memory to logits in memory: with convolution, BatchNorm and ReLU
 * computed as one op, each by itself, and beside a peer that computes them as one, too.
 */
export const classicsSuite: Suite = async ({ checkpoint, isQuick, print, note }) => {
  const rows = new Map<number, string[][]>([1, 2].map((threads) => [threads, []]));
  for (const name of names) {
    note(`${name} …`);
    const files = await writeClassic(name, dirname(checkpoint));
    const startChild = (contender: Contender) =>
      ChildProcess.start(contender, contender.engine === 'onnx-model' ? files.onnx : files.checkpoint);
    const family = await Family.start(contenders.filter(isInstalled), files.checkpoint, note, startChild);
    try {
      await family.compile(1);
      const timings = await family.time({ turns: isQuick ? 2 : 6, runs: 3 });
      for (const [threads, lines] of rows) lines.push(rowOf(name, threads, timings));
    } finally {
      await family.stop();
      for (const file of Object.values(files)) await rm(file, { force: true });
    }
  }
  const titles = ['', fused.name, layerByLayer.name, 'gain', peer.name, `${fused.name} / ${peer.name}`];
  for (const [threads, lines] of rows) {
    print(`\n## The classics, one image, ${threads === 1 ? '1 thread' : `${threads} threads`}: median ms\n`);
    print(table(titles, lines));
  }
};

/** Has torchvision write a model with random weights, as torch.save and as torch.onnx.export do. */
async function writeClassic(name: string, folder: string): Promise<{ checkpoint: string; onnx: string }> {
  const script = fileURLToPath(new URL('classics.py', import.meta.url));
  try {
    await promisify(execFile)('/usr/bin/python3', [script, name, folder]); // which finds Debian's PyTorch
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`torchvision is needed, which writes the models: ${stderr.trim().split('\n').at(-1) || message}`);
  }
  return { checkpoint: join(folder, `${name}.pth`), onnx: join(folder, `${name}.onnx`) };
}

function rowOf(model: string, threads: number, timings: ReadonlyMap<Contender, Timing>): string[] {
  const medianOf = ({ engine }: Pick<Contender, 'engine'>) =>
    [...timings].find(([contender]) => contender.engine === engine && contender.threads === threads)?.[1].median;
  const [own, apart, other] = [fused, layerByLayer, peer].map(medianOf);
  return [
    model,
    figure(own, 1),
    figure(apart, 1),
    figure(own && apart && apart / own),
    figure(other, 1),
    figure(own && other && own / other),
  ];
}
