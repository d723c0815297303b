import { cost, costOfKey } from './cost.js';
import type { PickleMachine } from './machine.js';
import { describe, PickleObject } from './objects.js';
import type { Opcode } from './opcodes.js';

/** Opcodes that build tuples, lists, dicts and sets, and those that arrange the stack for them. */
export const containerOpcodes: [number, Opcode][] = [
  [0x28, (vm) => vm.mark()], // MARK
  [0x30, (vm) => (vm.hasMarkOnTop() ? void vm.popMark() : void vm.pop())], // POP
  [0x31, (vm) => void vm.popMark()], // POP_MARK
  [0x32, (vm) => vm.push(vm.top())], // DUP

  [0x29, (vm) => vm.push([], cost.list)], // EMPTY_TUPLE
  [0x74, (vm) => pushList(vm, vm.popMark())], // TUPLE
  [0x85, (vm) => pushList(vm, popTuple(vm, 1))], // TUPLE1
  [0x86, (vm) => pushList(vm, popTuple(vm, 2))], // TUPLE2
  [0x87, (vm) => pushList(vm, popTuple(vm, 3))], // TUPLE3

  [0x5d, (vm) => vm.push([], cost.list)], // EMPTY_LIST
  [0x6c, (vm) => pushList(vm, vm.popMark())], // LIST
  [0x61, (vm) => append(vm, [vm.pop()])], // APPEND
  [0x65, (vm) => append(vm, vm.popMark())], // APPENDS

  [0x7d, (vm) => vm.push(new Map(), cost.dict)], // EMPTY_DICT
  [0x64, newDict], // DICT
  [0x73, (vm) => setItems(vm, popTuple(vm, 2))], // SETITEM
  [0x75, (vm) => setItems(vm, vm.popMark())], // SETITEMS

  [0x8f, (vm) => vm.push(new Set(), cost.dict)], // EMPTY_SET
  [0x91, newFrozenSet], // FROZENSET
  [0x90, addItems], // ADDITEMS
];

function popTuple(vm: PickleMachine, length: number): unknown[] {
  const items = new Array<unknown>(length);
  for (let i = length - 1; i >= 0; i--) items[i] = vm.pop();
  return items;
}

function pushList(vm: PickleMachine, items: unknown[]): void {
  vm.push(items, cost.list + items.length * cost.tupleItem);
}

function append(vm: PickleMachine, items: unknown[]): void {
  const target = vm.top();
  if (target instanceof PickleObject && !target.list) {
    vm.charge(cost.list);
    target.list = [];
  }
  const list = target instanceof PickleObject ? target.list : target;
  if (!Array.isArray(list)) throw vm.fail(`expected a list to append to, got ${describe(target)}`);
  vm.charge(items.length * cost.listItem);
  for (const item of items) list.push(item);
}

function newDict(vm: PickleMachine): void {
  const items = vm.popMark();
  vm.push(new Map(), cost.dict);
  setItems(vm, items);
}

function setItems(vm: PickleMachine, items: unknown[]): void {
  const target = vm.top();
  if (target instanceof PickleObject && !target.items) {
    vm.charge(cost.dict);
    target.items = new Map();
  }
  const dict = target instanceof PickleObject ? target.items : target;
  if (!(dict instanceof Map)) throw vm.fail(`expected a dict to set items in, got ${describe(target)}`);
  if (items.length % 2 !== 0) throw vm.fail(`expected keys and values in pairs, got ${items.length} values`);
  vm.charge((items.length / 2) * cost.dictItem);
  for (let i = 0; i < items.length; i += 2) {
    vm.charge(costOfKey(items[i], dict.size));
    dict.set(items[i], items[i + 1]);
  }
}

function newFrozenSet(vm: PickleMachine): void {
  const items = vm.popMark();
  vm.push(new Set(), cost.dict);
  addAll(vm, items);
}

function addItems(vm: PickleMachine): void {
  addAll(vm, vm.popMark());
}

function addAll(vm: PickleMachine, items: unknown[]): void {
  const target = vm.top();
  if (!(target instanceof Set)) throw vm.fail(`expected a set to add to, got ${describe(target)}`);
  vm.charge(items.length * cost.dictItem);
  for (const item of items) {
    vm.charge(costOfKey(item, target.size));
    target.add(item);
  }
}
