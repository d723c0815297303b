import type { PickleMachine } from './machine.js';
import { containerOpcodes } from './opcodes-containers.js';
import { objectOpcodes } from './opcodes-objects.js';
import { scalarOpcodes } from './opcodes-scalars.js';

/** What one opcode does to the machine. */
export type Opcode = (machine: PickleMachine) => void;

/**
 * Every opcode of protocols 0 to 5 but the extension registry (EXT1 … EXT4) and out-of-band buffers, which need code or
 * data from outside the file. A byte that is not here is refused.
 *
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
export const opcodes: ReadonlyMap<number, Opcode | 'STOP'> = new Map<number, Opcode | 'STOP'>([
  [0x2e, 'STOP'],
  ...scalarOpcodes,
  ...containerOpcodes,
  ...objectOpcodes,
]);
