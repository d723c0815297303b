import { type models, type nn, visualize } from 'tfjs-zoo';
import { make, option } from '../dom.js';

/** A layer to look into. */
export interface Layer {
  readonly name: string;
  readonly type: string;
  /** Channels last, with the batch. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  readonly module: nn.AnyModule;
}

/** A model's layers in the order in which a picture passes them; `inputShape` has the batch axis. */
export function layersOf(model: models.ImageModel, inputShape: readonly number[]): Layer[] {
  const modules = new Map(model.namedModules());
  const { rows } = visualize.summary(model, inputShape);
  return rows
    .filter(({ type, outputShape }) => outputShape && type !== 'Identity' && type !== 'Dropout')
    .map(({ name, type, outputShape, parameters }) => ({
      ...{ name, type, parameters, outputShape: outputShape! },
      module: modules.get(name)!,
    }));
}

/** Fills the list with layers, those of a block under its name. */
export function listLayers(picker: HTMLSelectElement, layers: readonly Layer[], chosen: number): void {
  const groups = new Map<string, HTMLElement>();
  picker.replaceChildren();
  for (const [index, { name, type }] of layers.entries()) {
    const block = name.split('.').slice(0, -1).join('.');
    const own = name.slice(block.length + (block ? 1 : 0));
    const entry = option(String(index), block ? `${own} · ${type}` : `${name} · ${type}`, index === chosen);
    if (!block) {
      picker.append(entry);
      continue;
    }
    let group = groups.get(block);
    if (!group) {
      group = make('optgroup', { label: block });
      groups.set(block, group);
      picker.append(group);
    }
    group.append(entry);
  }
}
