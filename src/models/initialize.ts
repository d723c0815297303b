import * as nn from '../nn/index.js';
import * as init from '../nn/init/index.js';

/** Kaiming's normal distribution by fan-out for convolutions, no biases; linear layers are the family's own affair. */
export function initializeConvolutions(model: nn.AnyModule): void {
  for (const layer of model.modules()) {
    if (!(layer instanceof nn.Conv2d)) continue;
    init.kaimingNormal(layer.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    if (layer.bias) init.zeros(layer.bias);
  }
}

/** Linear layers from N(0, 0.01²), without biases. */
export function initializeLinears(model: nn.AnyModule): void {
  for (const layer of model.modules()) {
    if (!(layer instanceof nn.Linear)) continue;
    init.normal(layer.weight, { std: 0.01 });
    if (layer.bias) init.zeros(layer.bias);
  }
}
