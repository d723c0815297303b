import type { Fail } from './machine.js';
import { quote } from './objects.js';

/** Python's own limit on the digits of an integer in text, beyond which parsing takes quadratic time. */
const maxDigits = 4300;

/** Python's `repr` of a float has 24 characters. */
const maxFloatLength = 64;

/** Texts of protocol 0, which no PyTorch wrote by default; undoing the escapes of a longer one takes much memory. */
const maxLineLength = 2 ** 18;

function checkLength(line: string, fail: Fail): void {
  if (line.length <= maxLineLength) return;
  throw fail(
    `expected a text of at most ${maxLineLength} characters in protocol 0, got ${line.length}. Save it again in PyTorch`,
  );
}

/** A number where JavaScript can hold it exactly, else a bigint. */
function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A little-endian two's complement integer of any length. */
export function signedInteger(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  const digits: string[] = [];
  for (let i = bytes.length - 1; i >= 0; i--) digits.push(bytes[i]!.toString(16).padStart(2, '0'));
  return narrow(BigInt.asIntN(bytes.length * 8, BigInt(`0x${digits.join('')}`)));
}

/** The operand of INT or LONG: decimal digits, `00` and `01` for booleans, an `L` behind Python 2's long. */
export function parsePythonInteger(line: string, fail: Fail): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  if (line.length > maxDigits || !/^[+-]?\d+L?$/.test(line)) {
    throw fail(`expected an integer of at most ${maxDigits} digits, got ${quote(line)}. The file is damaged`);
  }
  return narrow(BigInt(line.replace(/^\+|L$/g, '')));
}

/** The operand of FLOAT: Python's `repr` of a float. */
export function parsePythonFloat(line: string, fail: Fail): number {
  if (line.length > maxFloatLength) throw fail(`expected a float, got ${quote(line)}. The file is damaged`);
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) return Number(line);
  if (/^[+-]?nan$/i.test(line)) return Number.NaN;
  if (/^[+-]?inf$/i.test(line)) return line.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  throw fail(`expected a float, got ${quote(line)}. The file is damaged`);
}

const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({ '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }),
);

/** The operand of STRING: Python 2's `repr` of a str, quotes and escapes included. */
export function parsePythonString(line: string, fail: Fail): string {
  checkLength(line, fail);
  const end = line[0];
  if (line.length < 2 || (end !== "'" && end !== '"') || line.at(-1) !== end) {
    throw fail(`expected a quoted string, got ${quote(line)}. The file is damaged`);
  }
  return line.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (whole, code: string) => {
    if (code.length === 3 && code[0] === 'x') return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return escapes.get(code) ?? whole;
  });
}

/** The operand of UNICODE: Latin-1 with `\uXXXX` and `\UXXXXXXXX` for all else (Python's raw-unicode-code). */
export function parseRawUnicode(line: string, fail: Fail): string {
  checkLength(line, fail);
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16);
    if (code > 0x10ffff) throw fail(`expected a Unicode character, got ${quote(whole)}. The file is damaged`);
    return String.fromCodePoint(code);
  });
}
