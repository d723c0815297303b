import { type OpenCheckpoint, openCheckpoint } from '../../converters/index.js';
import { sizeOf } from '../core/index.js';
import { textTable } from '../visualize/index.js';
import { brief } from './brief.js';
import { defineCommand } from './command.js';
import { bytesText, complain, print, printable, printJson } from './output.js';
import { progressBar } from './progress.js';
import { isUrl } from './sources.js';

export default defineCommand({
  usage: 'inspect FILE|URL [options]',
  description:
    'Lists the tensors of a checkpoint (PyTorch zip, legacy or tar, safetensors): names, dtypes, shapes, sizes.\n' +
    'No tensor is read, and nothing in the file is run.',
  args: { min: 1, max: 1, what: 'one checkpoint file' },
  options: {
    key: {
      value: 'KEY',
      description: 'Where in the file the state dict is, such as models.generator (default: found)',
    },
    'no-verify': { description: 'Read a zip file whose contents do not match their CRC-32' },
    json: { description: 'Print JSON' },
  },
  examples: ['inspect alexnet.pth', 'inspect training.pth --key ema.state_dict', 'inspect model.safetensors --json'],
  async run([file], { key, json, 'no-verify': noVerify }) {
    // A server may send no less than the whole file.
    const bar = isUrl(file!) ? progressBar('Reading', bytesText) : undefined;
    try {
      const checkpoint = await openCheckpoint(file!, {
        key,
        verify: !noVerify,
        onProgress: ({ loaded, total }) => bar?.update(loaded, total ?? loaded),
      });
      bar?.stop();
      const content = contentOf(checkpoint);
      for (const warning of checkpoint.warnings) complain(`tfjs-zoo: warning: ${printable(warning)}`);
      if (json) printJson({ file, ...content });
      else print(contentText(content));
      await checkpoint.close();
    } finally {
      bar?.stop();
    }
    return 0;
  },
});

function contentOf({ format, entries, extra, warnings }: OpenCheckpoint) {
  const tensors = entries.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes }));
  const elements = entries.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { format, tensors, totals: { tensors: tensors.length, elements, bytes }, warnings, extra: brief(extra, 3) };
}

function contentText({ format, tensors, totals, extra }: ReturnType<typeof contentOf>): string {
  const rows = tensors.map(({ name, dtype, shape, bytes }) => [
    printable(name),
    printable(dtype),
    `[${shape.join(', ')}]`,
    bytesText(bytes),
  ]);
  const columns = [
    { title: 'Name' },
    { title: 'Dtype' },
    { title: 'Shape' },
    { title: 'Size', align: 'right' as const },
  ];
  const total = `${format}: ${totals.tensors} tensors, ${totals.elements.toLocaleString('en-US')} elements, ${bytesText(totals.bytes)}`;
  return [textTable(columns, rows, [total]), ...extraLines(extra)].join('\n');
}

function extraLines(extra: unknown): string[] {
  const isDict = typeof extra === 'object' && extra !== null && !Array.isArray(extra);
  const lines = isDict
    ? Object.entries(extra).map(([key, value]) => `  ${printable(key)}: ${printable(JSON.stringify(value))}`)
    : [`  ${printable(JSON.stringify(extra))}`];
  return lines.length === 0 || extra === null ? [] : ['Also in the file:', ...lines];
}
