import { ZooError } from '../../core/index.js';
import { type AnyModule, BatchNorm1d, LayerNorm, Linear, Unfold } from '../../nn/index.js';

/** How shapes are told: as they lie here, [N, H, W, C], or as PyTorch has them, [N, C, H, W]. */
export type AxisOrder = 'channelsLast' | 'pytorch';

const orders: readonly string[] = ['channelsLast', 'pytorch'] satisfies AxisOrder[];

export function expectOrder(who: string, order: string): void {
  if (orders.includes(order)) return;
  throw new ZooError(`${who}: expected order among ${orders.join(', ')}, got '${order}'. Choose one of them.`);
}

/**
 * The shape that PyTorch has where a layer's output has `shape` here; without a layer, that of an input.
 *
 * Of rank 4 it is [N, C, H, W], but for layers that have their features last in PyTorch too. Sequences lie as here, [N, L, C], but for
 * layers that have [N, C, L] in PyTorch.
 */
export function pytorchShape(shape: readonly number[], layer?: AnyModule): readonly number[] {
  const [batch, ...rest] = shape as readonly [number, ...number[]];
  const isMoved =
    shape.length === 4
      ? !(layer instanceof Linear || layer instanceof LayerNorm)
      : shape.length === 3 && (layer instanceof BatchNorm1d || layer instanceof Unfold);
  return isMoved ? [batch, rest.at(-1)!, ...rest.slice(0, -1)] : shape;
}
