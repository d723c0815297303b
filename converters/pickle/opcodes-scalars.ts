import { cost } from './cost.js';
import { parsePythonFloat, parsePythonInteger, parsePythonString, parseRawUnicode, signedInteger } from './literals.js';
import type { PickleMachine } from './machine.js';
import type { Opcode } from './opcodes.js';

/** Opcodes that push one scalar, text or bytes. */
export const scalarOpcodes: [number, Opcode][] = [
  [0x4e, (vm) => vm.push(null)], // NONE
  [0x88, (vm) => vm.push(true)], // NEWTRUE
  [0x89, (vm) => vm.push(false)], // NEWFALSE

  [0x4a, (vm) => vm.push(vm.cursor.int32())], // BININT
  [0x4b, (vm) => vm.push(vm.cursor.uint8())], // BININT1
  [0x4d, (vm) => vm.push(vm.cursor.uint16())], // BININT2
  [0x8a, (vm) => pushLong(vm, vm.cursor.uint8())], // LONG1
  [0x8b, (vm) => pushLong(vm, vm.cursor.uint32())], // LONG4
  [0x49, (vm) => vm.push(parsePythonInteger(vm.cursor.line(), vm.fail), cost.number)], // INT
  [0x4c, (vm) => vm.push(parsePythonInteger(vm.cursor.line(), vm.fail), cost.number)], // LONG

  [0x47, (vm) => vm.push(vm.cursor.float64BigEndian(), cost.number)], // BINFLOAT
  [0x46, (vm) => vm.push(parsePythonFloat(vm.cursor.line(), vm.fail), cost.number)], // FLOAT

  [0x58, (vm) => pushText(vm, vm.cursor.text(vm.cursor.uint32()))], // BINUNICODE
  [0x8c, (vm) => pushText(vm, vm.cursor.text(vm.cursor.uint8()))], // SHORT_BINUNICODE
  [0x8d, (vm) => pushText(vm, vm.cursor.text(vm.cursor.uint64()))], // BINUNICODE8
  [0x56, (vm) => pushText(vm, parseRawUnicode(vm.cursor.line(), vm.fail))], // UNICODE
  [0x54, (vm) => pushText(vm, vm.cursor.legacyText(vm.cursor.uint32()))], // BINSTRING
  [0x55, (vm) => pushText(vm, vm.cursor.legacyText(vm.cursor.uint8()))], // SHORT_BINSTRING
  [0x53, (vm) => pushText(vm, parsePythonString(vm.cursor.line(), vm.fail))], // STRING

  [0x42, (vm) => pushBytes(vm, vm.cursor.uint32())], // BINBYTES
  [0x43, (vm) => pushBytes(vm, vm.cursor.uint8())], // SHORT_BINBYTES
  [0x8e, (vm) => pushBytes(vm, vm.cursor.uint64())], // BINBYTES8
  [0x96, (vm) => pushBytes(vm, vm.cursor.uint64())], // BYTEARRAY8
];

/** The integers of training states are seeds and counts; one of these many bytes takes part in no training. */
const maxLongBytes = 2048;

function pushLong(vm: PickleMachine, length: number): void {
  if (length > maxLongBytes) {
    throw vm.fail(`expected an integer of at most ${maxLongBytes} bytes, got ${length}. This is no checkpoint`);
  }
  vm.push(signedInteger(vm.cursor.take(length)), cost.number + length);
}

function pushText(vm: PickleMachine, text: string): void {
  vm.push(text, cost.text + text.length * cost.character);
}

function pushBytes(vm: PickleMachine, length: number): void {
  vm.push(vm.cursor.take(length).slice(), cost.bytes + length);
}
