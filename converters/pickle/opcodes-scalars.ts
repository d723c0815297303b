import { parsePythonFloat, parsePythonInteger, parsePythonString, parseRawUnicode, signedInteger } from './literals.js';
import type { Opcode } from './opcodes.js';

/** Opcodes that push one scalar, text or bytes. */
export const scalarOpcodes: [number, Opcode][] = [
  [0x4e, (vm) => vm.push(null)], // NONE
  [0x88, (vm) => vm.push(true)], // NEWTRUE
  [0x89, (vm) => vm.push(false)], // NEWFALSE

  [0x4a, (vm) => vm.push(vm.cursor.int32())], // BININT
  [0x4b, (vm) => vm.push(vm.cursor.uint8())], // BININT1
  [0x4d, (vm) => vm.push(vm.cursor.uint16())], // BININT2
  [0x8a, (vm) => vm.push(signedInteger(vm.cursor.take(vm.cursor.uint8())))], // LONG1
  [0x8b, (vm) => vm.push(signedInteger(vm.cursor.take(vm.cursor.uint32())))], // LONG4
  [0x49, (vm) => vm.push(parsePythonInteger(vm.cursor.line(), vm.fail))], // INT
  [0x4c, (vm) => vm.push(parsePythonInteger(vm.cursor.line(), vm.fail))], // LONG

  [0x47, (vm) => vm.push(vm.cursor.float64BigEndian())], // BINFLOAT
  [0x46, (vm) => vm.push(parsePythonFloat(vm.cursor.line(), vm.fail))], // FLOAT

  [0x58, (vm) => vm.push(vm.cursor.text(vm.cursor.uint32()))], // BINUNICODE
  [0x8c, (vm) => vm.push(vm.cursor.text(vm.cursor.uint8()))], // SHORT_BINUNICODE
  [0x8d, (vm) => vm.push(vm.cursor.text(vm.cursor.uint64()))], // BINUNICODE8
  [0x56, (vm) => vm.push(parseRawUnicode(vm.cursor.line(), vm.fail))], // UNICODE
  [0x54, (vm) => vm.push(vm.cursor.legacyText(vm.cursor.uint32()))], // BINSTRING
  [0x55, (vm) => vm.push(vm.cursor.legacyText(vm.cursor.uint8()))], // SHORT_BINSTRING
  [0x53, (vm) => vm.push(parsePythonString(vm.cursor.line(), vm.fail))], // STRING

  [0x42, (vm) => vm.push(vm.cursor.take(vm.cursor.uint32()).slice())], // BINBYTES
  [0x43, (vm) => vm.push(vm.cursor.take(vm.cursor.uint8()).slice())], // SHORT_BINBYTES
  [0x8e, (vm) => vm.push(vm.cursor.take(vm.cursor.uint64()).slice())], // BINBYTES8
  [0x96, (vm) => vm.push(vm.cursor.take(vm.cursor.uint64()).slice())], // BYTEARRAY8
];
