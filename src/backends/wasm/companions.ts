import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

// What a kernel computes of a weight alone is kept beside the weight, as XNNPACK keeps its own copy of it, and freed with it. tfjs
// does not count it among the tensors.

const companions = new WeakMap<object, readonly TensorInfo[]>();

/** What `compute` makes of a tensor, computed once for as long as the tensor lives. */
export function companionsOf({ dataId }: TensorInfo, compute: () => readonly TensorInfo[]): readonly TensorInfo[] {
  const kept = companions.get(dataId) ?? compute();
  companions.set(dataId, kept);
  return kept;
}

/** Has a backend free with a tensor what was kept beside it. */
export function freeCompanionsWith(backend: BackendWasm): void {
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const isFreed = disposeData(dataId, force);
    if (isFreed) {
      for (const companion of companions.get(dataId) ?? []) disposeData(companion.dataId);
      companions.delete(dataId);
    }
    return isFreed;
  };
}
