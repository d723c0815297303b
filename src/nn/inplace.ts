import { Module } from './module.js';
import { expectOptions } from './options.js';

export interface InplaceOptions {
  /** Printed, and changes nothing: the input stays as it is. */
  readonly inplace?: boolean;
}

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
