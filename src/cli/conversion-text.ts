import type { Agreement, ConvertReport } from '../models/index.js';
import { bytesText, printable } from './output.js';

/** What was written, how it compares, and how to use it. */
export function conversionText(target: string, report: ConvertReport): string {
  const { tensors, bytes, shards, dtype, agreement } = report;
  const what = `${tensors} tensors${dtype ? ` as ${dtype}` : ''}, ${bytesText(bytes)}`;
  return [
    `Wrote ${printable(target)}: ${what}${shards === undefined ? '' : ` in ${shards} shard${shards === 1 ? '' : 's'}`}`,
    ...(agreement ? [agreementText(agreement)] : []),
    `Use it: ${usage(target, report)}`,
  ].join('\n');
}

function agreementText({ images, difference, relative, top1, top5 }: Agreement): string {
  const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
  return (
    `Compared on ${images} image${images === 1 ? '' : 's'}: logits differ by at most ${Number(difference.toPrecision(3))} ` +
    `(${percent(relative)} of the largest); top-1 agrees by ${percent(top1)}, top-5 by ${percent(top5)}`
  );
}

function usage(target: string, { format, model }: ConvertReport): string {
  const path = target.replaceAll('\\', '/');
  if (format === 'pytorch') return `torch.load(${quoted(path)}, weights_only=True)`;
  if (format === 'safetensors') return `safetensors.torch.load_file(${quoted(path)})`;
  const address = quoted(addressOf(path));
  if (!model) return `await openCheckpoint(${address})`;
  if (model.name === 'alexnet') return `createAlexNet({ weights: ${address} })`;
  return `createModel('${model.name}', { weights: ${address} })`;
}

/** The address of a folder on the server that serves `public` as its root; of another its path. */
function addressOf(path: string): string {
  return path.replace(/^(.*\/)?public(?=\/)/, '').replace(/\/?$/, '/');
}

function quoted(text: string): string {
  return `'${printable(text).replace(/['\\]/g, '\\$&')}'`;
}
