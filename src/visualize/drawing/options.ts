import { ZooError } from '../../core/index.js';
import { expectOptions } from '../../nn/index.js';

const choices = { style: ['blocks', 'graph'], theme: ['light', 'dark', 'auto'] } as const;

/** How a model is drawn. */
export interface DrawingOptions {
  /** 'blocks', the default: activations as blocks in perspective. 'graph': a box for each layer, and arrows. */
  readonly style?: 'blocks' | 'graph' | undefined;
  /** 'auto', the default, is dark where the reader's system is. */
  readonly theme?: 'light' | 'dark' | 'auto' | undefined;
  /** Of a drawing of blocks, in pixels: longer ones break into rows. Default 1440; 390 suits a phone. A graph is as wide as it must be. */
  readonly width?: number | undefined;
}

/** @throws ZooError naming the option that is none, or what it may be */
export function expectDrawingOptions(
  options: DrawingOptions,
): Required<{ [K in keyof DrawingOptions]: NonNullable<DrawingOptions[K]> }> {
  const who = 'visualize.drawArchitecture';
  expectOptions(who, options, ['style', 'theme', 'width']);
  const { style = 'blocks', theme = 'auto', width = 1440 } = options;
  for (const [name, value] of Object.entries({ style, theme })) {
    const known: readonly string[] = choices[name as keyof typeof choices];
    if (known.includes(value)) continue;
    throw new ZooError(
      `${who}: expected ${name} to be one of ${known.join(', ')}, got '${value}'. Choose one of them.`,
    );
  }
  if (!Number.isInteger(width) || width < 320 || width > 10000) {
    throw new ZooError(`${who}: expected width to be an integer from 320 to 10000, got ${width}. Give pixels.`);
  }
  return { style, theme, width };
}
