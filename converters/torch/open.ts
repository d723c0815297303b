import { CheckpointError } from '../../src/core/index.js';
import type { CheckpointOptions, OpenCheckpoint } from '../checkpoint.js';
import { expansionLimit } from '../limits.js';
import { quote } from '../pickle/objects.js';
import type { ByteReader } from '../sources/byte-reader.js';
import { extraOf } from './extra.js';
import { openTorchLegacy } from './legacy-checkpoint.js';
import { findStateDict } from './state-dict.js';
import { openTorchTar } from './tar-checkpoint.js';
import { readTensor } from './tensor-file.js';
import { openTorchZip } from './zip-checkpoint.js';

const containers = {
  zip: { format: 'pytorch-zip', open: openTorchZip },
  pickle: { format: 'pytorch-legacy', open: openTorchLegacy },
  tar: { format: 'pytorch-tar', open: openTorchTar },
} as const;

/** Opens what torch.save wrote, in any of its containers, and finds its state dict. */
export async function openTorch(
  reader: ByteReader,
  container: keyof typeof containers,
  { key, verify = true }: CheckpointOptions,
): Promise<OpenCheckpoint> {
  const { format, open } = containers[container];
  const { value, storages, warnings } = await open(reader, verify);
  const { tensors, holder } = findStateDict(value, key);
  const limit = expansionLimit(reader.size);
  for (const [name, tensor] of tensors) {
    tensor.checkShape(quote(name));
    if (tensor.layout !== undefined) continue;
    storages.check(tensor.storage);
    tensor.check(quote(name));
    const bytes = tensor.numel * tensor.elementType.itemSize;
    if (bytes > limit) {
      throw new CheckpointError(
        `${reader.label}: expected tensor ${quote(name)} of at most ${limit} bytes, got ${bytes} from a file of ${reader.size}. ` +
          'It repeats few elements (stride 0) more often than any model does.',
      );
    }
  }
  return {
    format,
    warnings,
    extra: extraOf(value, holder),
    entries: [...tensors].map(([name, tensor]) => ({
      name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      bytes: tensor.numel * tensor.elementType.itemSize,
    })),
    async read(name) {
      const tensor = tensors.get(name);
      if (!tensor)
        throw new CheckpointError(`${reader.label}: expected the name of a tensor in the file, got ${quote(name)}.`);
      return readTensor(storages, quote(name), tensor);
    },
    close: () => reader.close(),
  };
}
