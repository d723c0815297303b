import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { companionOf } from './companions.js';
import { valuesOf } from './simd.js';

/** A weight [..., columns], and what each of its columns is to be multiplied by, if by anything: [columns]. */
export interface Scaled {
  readonly matrix: TensorInfo;
  readonly scale?: TensorInfo | undefined;
}

/**
 * What `compute` makes of a scaled weight. It is kept beside the scale, which belongs to one weight as it is now; the weight itself is not
 * kept scaled.
 */
export function scaledCompanionOf(
  backend: BackendWasm,
  { matrix, scale }: Scaled,
  kind: string,
  compute: (matrix: TensorInfo) => TensorInfo,
): TensorInfo {
  if (!scale) return companionOf(matrix, kind, () => compute(matrix));
  return companionOf(scale, kind, () => {
    const scaled = multiplyColumns(backend, matrix, scale);
    const companion = compute(scaled);
    if (companion !== scaled) backend.disposeData(scaled.dataId);
    return companion;
  });
}

function multiplyColumns(backend: BackendWasm, matrix: TensorInfo, scale: TensorInfo): TensorInfo {
  const scaled = backend.makeOutput(matrix.shape, 'float32');
  const [values, factors, products] = valuesOf(backend, [matrix, scale, scaled]);
  const columns = factors!.length;
  for (let row = 0; row < values!.length; row += columns) {
    for (let column = 0; column < columns; column++) {
      products![row + column] = values![row + column]! * factors![column]!;
    }
  }
  return scaled;
}
