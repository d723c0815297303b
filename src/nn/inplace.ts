import type { InplaceOptions } from './functional/elementwise.js';
import { Module } from './module.js';
import { expectOptions } from './options.js';

export type { InplaceOptions };

/** What the activations share that PyTorch can compute in place. */
export abstract class InplaceModule extends Module {
  readonly inplace: boolean;

  /** @param own the options that the subclass has besides `inplace` */
  constructor(who: string, options: InplaceOptions, own: readonly string[] = []) {
    super();
    expectOptions(who, options, [...own, 'inplace']);
    this.inplace = options.inplace ?? false;
  }

  override extraRepr(): string {
    return this.withInplace();
  }

  /** The text of the arguments, with `inplace` behind them where it is set. */
  protected withInplace(...args: string[]): string {
    return [...args, ...(this.inplace ? ['inplace=True'] : [])].join(', ');
  }
}
