import { CheckpointError } from '../../src/core/index.js';
import type { OpenCheckpoint, ReadCheckpointOptions } from '../checkpoint.js';
import { expansionLimit } from '../limits.js';
import { quote } from '../pickle/objects.js';
import type { ByteReader } from '../sources/byte-reader.js';
import { extraOf } from './extra.js';
import { openTorchLegacy } from './legacy-checkpoint.js';
import { findStateDict } from './state-dict.js';
import { openTorchTar } from './tar-checkpoint.js';
import { readTensor } from './tensor-file.js';
import { TensorRef } from './tensor-ref.js';
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
  { key, verify = true, readExtra = false }: ReadCheckpointOptions,
): Promise<OpenCheckpoint> {
  const { format, open } = containers[container];
  const { value, storages, warnings } = await open(reader, verify);
  const { tensors, holder } = findStateDict(value, { key, optional: readExtra });
  const limit = expansionLimit(reader.size);
  const expectReadable = (name: string, tensor: TensorRef) => {
    tensor.checkShape(name);
    if (tensor.layout !== undefined) return;
    storages.check(tensor.storage);
    tensor.check(name);
    const bytes = tensor.numel * tensor.elementType.itemSize;
    if (bytes > limit) {
      throw new CheckpointError(
        `${reader.label}: expected tensor ${name} of at most ${limit} bytes, got ${bytes} from a file of ${reader.size}. ` +
          'It repeats few elements (stride 0) more often than any model does.',
      );
    }
  };
  for (const [name, tensor] of tensors) expectReadable(quote(name), tensor);
  const { extra, refs } = extraOf(value, holder);
  return {
    format,
    warnings,
    extra,
    entries: [...tensors].map(([name, tensor]) => ({
      name,
      dtype: tensor.listedType,
      shape: tensor.shape,
      bytes: tensor.numel * tensor.elementType.itemSize,
    })),
    async read(what) {
      if (what instanceof TensorRef) {
        if (!refs.has(what)) {
          throw new CheckpointError(
            `${reader.label}: expected a tensor of this file's extra, got one of another file.`,
          );
        }
        expectReadable('of its extra', what);
        return readTensor(storages, 'of its extra', what);
      }
      const tensor = tensors.get(what);
      if (!tensor)
        throw new CheckpointError(`${reader.label}: expected the name of a tensor in the file, got ${quote(what)}.`);
      return readTensor(storages, quote(what), tensor);
    },
    close: () => reader.close(),
  };
}
