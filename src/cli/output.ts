import { styleText } from 'node:util';

/** Data: a line on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Data for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Everything that is not data: one line on stderr. */
export function complain(text: string): void {
  process.stderr.write(`${printable(text.replace(/\s*\n\s*/g, ' '))}\n`);
}

/** Text with its control characters spelled out: a file's names must not move the cursor of whoever looks at them. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Colours only for a terminal that has them and a user who has not set NO_COLOR. */
export function style(format: 'bold' | 'dim' | 'cyan', text: string): string {
  return text !== '' && process.stdout.isTTY && process.stdout.hasColors() ? styleText(format, text) : text;
}

/** 1536 → '1.5 KiB'. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 4);
  return `${(bytes / 1024 ** power).toFixed(1)} ${['KiB', 'MiB', 'GiB', 'TiB'][power - 1]}`;
}

/** 1234 → '1.2 s'. */
export function timeText(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
