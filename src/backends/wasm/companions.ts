import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

// What a kernel computes of a weight alone is kept beside the weight, as XNNPACK keeps its own copy of it, and freed with it. tfjs
// does not count it among the tensors.

const companions = new WeakMap<object, Map<string, TensorInfo>>();
const met = new WeakSet<object>();

/**
 * What `compute` makes of a tensor, computed once for as long as the tensor's data lives.
 * @param kind what is computed, with all that it depends on: the same data may be seen in other shapes, and packed in several ways
 */
export function companionOf({ dataId }: TensorInfo, kind: string, compute: () => TensorInfo): TensorInfo {
  const kinds = companions.get(dataId) ?? new Map<string, TensorInfo>();
  companions.set(dataId, kinds);
  const kept = kinds.get(kind) ?? compute();
  kinds.set(kind, kept);
  return kept;
}

/** Whether it was asked before of the same data. A copy pays for what is used again, as no weight is while it is trained. */
export function isMetAgain({ dataId }: TensorInfo): boolean {
  if (met.has(dataId)) return true;
  met.add(dataId);
  return false;
}

/** Has a backend free with a tensor what was kept beside it. */
export function freeCompanionsWith(backend: BackendWasm): void {
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const isFreed = disposeData(dataId, force);
    if (isFreed) {
      for (const companion of companions.get(dataId)?.values() ?? []) disposeData(companion.dataId);
      companions.delete(dataId);
    }
    return isFreed;
  };
}
