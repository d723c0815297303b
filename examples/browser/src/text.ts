// How the page says numbers and errors.

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}

export function timeText(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function percentText(share: number): string {
  const percent = 100 * share;
  return percent > 0 && percent < 0.05 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** 96 × 5 × 5 */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'a number' : shape.join(' × ');
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
