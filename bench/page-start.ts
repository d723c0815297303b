import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { backends, models } from 'tfjs-zoo';
import { bundleForPage, wasmFiles } from '../test/support/browser.js';
import { chromium } from '../test/support/tools.js';
import { expectAgreement } from './agreement.js';
import { readWeights, sequentialOf } from './engines/tf-layers.js';
import { alexnet } from './network.js';
import { onnxruntimeFiles } from './page-child.js';
import type { PageReport } from './page-start/stages.js';
import { ReportingSite } from './page-start/visit.js';
import { timingOf } from './statistics.js';
import type { Suite, SuiteContext } from './suite.js';
import { figure, table } from './table.js';

/** A program of bench/page-start, and what it computes on. */
interface Starter {
  readonly program: 'tfjs-zoo' | 'tf-layers' | 'onnxruntime';
  readonly backend: 'wasm' | 'webgl' | 'webgpu';
  readonly threads: number;
}

const programs = ['tfjs-zoo', 'tf-layers', 'onnxruntime'] as const;

const starters: readonly Starter[] = (
  [
    ['wasm', 1],
    ['wasm', 2],
    ['webgl', 1],
    ['webgpu', 1],
  ] as const
).flatMap(([backend, threads]) =>
  programs
    .filter((program) => program !== 'onnxruntime' || backend !== 'webgl')
    .map((program) => ({ program, backend, threads })),
);

/** From opening a page, with nothing in the browser's cache, to the first logits, by stages; and the images behind it. */
export const pageStartSuite: Suite = async (context) => {
  const { isQuick, note, print } = context;
  if (!chromium) return note('Chromium is not there, and pages are left out.');
  const site = await ReportingSite.start(await filesOf(context));
  const reports = new Map<Starter, PageReport[]>();
  try {
    let taking = starters;
    for (let round = 0; round < (isQuick ? 1 : 5); round++) {
      // Where there is no GPU, one image takes seconds on those backends.
      for (const starter of taking.filter(({ backend }) => round === 0 || backend === 'wasm')) {
        note(`${labelOf(starter)}, round ${round + 1} …`);
        try {
          reports.set(starter, [...(reports.get(starter) ?? []), await site.visit(addressOf(starter))]);
        } catch (error) {
          note(`${labelOf(starter)} is left out: ${(error as Error).message.split('\n')[0]}`);
          taking = taking.filter((other) => other !== starter);
          reports.delete(starter);
        }
      }
    }
  } finally {
    site.stop();
  }
  expectAgreement(
    'First image in a page',
    [...reports].map(([starter, [first]]) => [labelOf(starter), first!.logits]),
  );
  print('\n## AlexNet in a page, from opening it: milliseconds\n');
  const stages = ['scripts', 'backend', 'weights', 'first image'];
  const titles = ['', 'backend', 'threads', ...stages, 'in all', 'tfjs-zoo / it', 'steady', 'tfjs-zoo / it'];
  print(
    table(
      titles,
      [...reports].map(([starter, all]) => rowOf(starter, all, stages, reports)),
    ),
  );
};

function labelOf({ program, backend, threads }: Starter): string {
  return `${program}, ${backend}, threads: ${threads}`;
}

function addressOf({ program, backend, threads }: Starter): string {
  return `${program}.html#backend=${backend}&threads=${threads}`;
}

async function filesOf({ checkpoint, onnx }: SuiteContext): Promise<Record<string, string | Uint8Array>> {
  const files: Record<string, string | Uint8Array> = { ...wasmFiles('/'), '/alexnet.onnx': readFileSync(onnx) };
  for (const [name, bytes] of onnxruntimeFiles()) files[`/ort/${name}`] = bytes;
  for (const program of programs) {
    const contents = `
      import { program } from './bench/page-start/${program}.ts';
      import { reportStart } from './bench/page-start/stages.ts';
      reportStart(program);`;
    const { chunks } = await bundleForPage(contents, { minify: true, splitting: true, outdir: 'out' });
    const { '/stdin.js': entry, ...others } = chunks;
    Object.assign(files, others, { [`/${program}.js`]: entry });
    const imports = {
      'onnxruntime-web': '/ort/ort.wasm.min.mjs',
      'onnxruntime-web/webgpu': '/ort/ort.webgpu.min.mjs',
    };
    files[`/${program}.html`] =
      `<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="${program}.js"></script>`;
  }
  return { ...files, ...(await zooFolder(checkpoint)), ...(await layersModel(checkpoint)) };
}

/** As `tfjs-zoo convert` writes it. */
async function zooFolder(checkpoint: string): Promise<Record<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-bench-'));
  try {
    await models.convertWeights(checkpoint, join(folder, 'zoo'), { model: 'alexnet', dtype: 'float32' });
    const names = readdirSync(join(folder, 'zoo'));
    return Object.fromEntries(names.map((name) => [`/zoo/${name}`, readFileSync(join(folder, 'zoo', name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As tf.layers saves it. */
async function layersModel(checkpoint: string): Promise<Record<string, string | Uint8Array>> {
  await backends.use('cpu');
  const model = sequentialOf(alexnet, await readWeights(checkpoint));
  const files: Record<string, string | Uint8Array> = {};
  const keep = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    files['/layers/weights.bin'] = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
    files['/layers/model.json'] = JSON.stringify({
      modelTopology,
      weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    });
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  });
  await model.save(keep);
  model.dispose();
  return files;
}

function rowOf(
  starter: Starter,
  all: readonly PageReport[],
  stages: readonly string[],
  reports: ReadonlyMap<Starter, readonly PageReport[]>,
): string[] {
  const { program, backend, threads } = starter;
  const [, ours] =
    [...reports].find(
      ([other]) => other.program === 'tfjs-zoo' && other.backend === backend && other.threads === threads,
    ) ?? [];
  const ratio = (of: (all: readonly PageReport[]) => number) =>
    program === 'tfjs-zoo' ? '' : figure(ours && of(ours) / of(all));
  return [
    program,
    backend,
    `${threads}`,
    ...stages.map((stage) => {
      const times = all.flatMap((report) => durationOf(report, stage));
      return times.length === 0 ? '' : figure(timingOf(times).median, 0);
    }),
    figure(startOf(all), 0),
    ratio(startOf),
    figure(steadyOf(all), 1),
    ratio(steadyOf),
  ];
}

function durationOf({ marks }: PageReport, stage: string): number[] {
  const index = marks.findIndex((mark) => mark.stage === stage);
  return index < 0 ? [] : [marks[index]!.end - (marks[index - 1]?.end ?? 0)];
}

function startOf(all: readonly PageReport[]): number {
  return timingOf(all.map(({ marks }) => marks.at(-1)!.end)).median;
}

function steadyOf(all: readonly PageReport[]): number {
  return timingOf(all.flatMap(({ steady }) => steady)).median;
}
