import type { AnyModule } from '../../nn/index.js';
import * as training from '../../training/index.js';
import type { Settings } from './settings.js';

/** The optimizer that the settings name, with groups where some parameters have another rate. */
export function optimizerOf(
  { optimizer, lr, lrOf, momentum, weightDecay }: Settings,
  model: AnyModule,
): training.Optimizer {
  const groups = training.paramGroups(
    model,
    Object.fromEntries([...lrOf].map(([prefix, rate]) => [prefix, { lr: rate }])),
  );
  const options = { lr, ...(weightDecay !== undefined && { weightDecay }) };
  const withMomentum = { ...options, ...(momentum !== undefined && { momentum }) };
  switch (optimizer) {
    case 'sgd':
      return new training.SGD(groups, withMomentum);
    case 'rmsprop':
      return new training.RMSprop(groups, withMomentum);
    case 'adam':
      return new training.Adam(groups, options);
    case 'adamw':
      return new training.AdamW(groups, options);
  }
}
