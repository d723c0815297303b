import { cost } from './cost.js';
import type { PickleMachine } from './machine.js';
import { describe, PickleGlobal, PickleObject } from './objects.js';
import type { Opcode } from './opcodes.js';

/** Opcodes for names, calls, instances and the memo: all that makes a pickle a program. */
export const objectOpcodes: [number, Opcode][] = [
  [0x80, checkProtocol], // PROTO
  [0x95, (vm) => vm.cursor.expect(vm.cursor.uint64())], // FRAME: how the writer buffered, nothing to a reader

  [0x67, (vm) => vm.push(vm.recall(memoIndex(vm)))], // GET
  [0x68, (vm) => vm.push(vm.recall(vm.cursor.uint8()))], // BINGET
  [0x6a, (vm) => vm.push(vm.recall(vm.cursor.uint32()))], // LONG_BINGET
  [0x70, (vm) => vm.memoize(memoIndex(vm))], // PUT
  [0x71, (vm) => vm.memoize(vm.cursor.uint8())], // BINPUT
  [0x72, (vm) => vm.memoize(vm.cursor.uint32())], // LONG_BINPUT
  [0x94, (vm) => vm.memoize()], // MEMOIZE

  [0x63, (vm) => pushGlobal(vm, vm.cursor.line(), vm.cursor.line())], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x50, (vm) => vm.pushPersistent(vm.cursor.line())], // PERSID
  [0x51, (vm) => vm.pushPersistent(vm.pop())], // BINPERSID

  [0x52, reduce], // REDUCE
  [0x69, inst], // INST
  [0x6f, obj], // OBJ
  [0x81, (vm) => newObject(vm, vm.pop())], // NEWOBJ
  [0x92, newObjectWithKeywords], // NEWOBJ_EX
  [0x62, build], // BUILD
];

/** No module and class of Python are called this long; names are joined, compared and put into messages. */
const maxGlobalLength = 1024;

function checkProtocol(vm: PickleMachine): void {
  const protocol = vm.cursor.uint8();
  if (protocol > 5) throw vm.fail(`expected pickle protocol 0 to 5, got ${protocol}. The file is damaged`);
}

function memoIndex(vm: PickleMachine): number {
  const line = vm.cursor.line();
  if (!/^\d{1,15}$/.test(line)) throw vm.fail(`expected a memo index, got ${JSON.stringify(line.slice(0, 40))}`);
  return Number(line);
}

function stackGlobal(vm: PickleMachine): void {
  const name = vm.pop();
  const module = vm.pop();
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw vm.fail(`expected a module and a name, got ${describe(module)} and ${describe(name)}`);
  }
  pushGlobal(vm, module, name);
}

function pushGlobal(vm: PickleMachine, module: string, name: string): void {
  if (module.length + name.length > maxGlobalLength) {
    throw vm.fail(
      `expected a global's name of at most ${maxGlobalLength} characters, got ${module.length + name.length}`,
    );
  }
  vm.push(new PickleGlobal(`${module}.${name}`), cost.object + 2 * (module.length + name.length));
}

function reduce(vm: PickleMachine): void {
  const args = vm.pop();
  vm.push(vm.call(vm.pop(), args));
}

function inst(vm: PickleMachine): void {
  const target = new PickleGlobal(`${vm.cursor.line()}.${vm.cursor.line()}`);
  vm.push(vm.call(target, vm.popMark()));
}

function obj(vm: PickleMachine): void {
  const [target, ...args] = vm.popMark();
  vm.push(vm.call(target, args));
}

/** A class is only ever asked for a bare instance here, so one that is not known is kept as inert data. */
function newObject(vm: PickleMachine, args: unknown): void {
  const type = vm.pop();
  if (!(type instanceof PickleGlobal)) throw vm.fail(`expected a class, got ${describe(type)}`);
  if (!Array.isArray(args)) throw vm.fail(`expected a tuple of arguments, got ${describe(args)}`);
  vm.push(vm.callableOf(type) ? vm.call(type, args) : new PickleObject(type.path, args), cost.object);
}

function newObjectWithKeywords(vm: PickleMachine): void {
  const keywords = vm.pop();
  const args = vm.pop();
  if (!(keywords instanceof Map)) throw vm.fail(`expected keyword arguments, got ${describe(keywords)}`);
  newObject(vm, keywords.size > 0 ? [args, keywords] : args);
}

function build(vm: PickleMachine): void {
  const state = vm.pop();
  const target = vm.top();
  if (target instanceof PickleObject) {
    target.state = state;
    return;
  }
  // Attributes that Python code hung on a dict, a set or a tensor (a state dict's _metadata) are not its data.
  if (target === null || typeof target !== 'object' || Array.isArray(target)) {
    throw vm.fail(`expected an object to give a state to, got ${describe(target)}`);
  }
}
