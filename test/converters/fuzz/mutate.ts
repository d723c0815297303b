import { bytesOf, uint32, uint64 } from '../support.js';
import type { Random } from './random.js';

const opcodes = bytesOf(
  '(.012FIJKLMNPQRSTUVXabcdeghijloqprstu}])G\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96BC\n',
);

/** Changes bytes in one to four places: flips, sets, deletes, repeats, moves, inserts, cuts off. */
export function mutate(random: Random, original: Uint8Array, other: Uint8Array = original): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(original);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length);
    const length = random.below(random.chance(0.8) ? 8 : 64);
    const [before, within, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ];
    switch (random.below(9)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at]! ^= 1 << random.below(8);
        break;
      case 2:
        bytes[at] = random.pick(opcodes);
        break;
      case 3:
        bytes = bytesOf(before, after);
        break;
      case 4:
        bytes = bytesOf(before, within, within, after);
        break;
      case 5:
        bytes = bytesOf(before, random.pick(opcodes), bytes.subarray(at));
        break;
      case 6: {
        const from = random.below(other.length);
        bytes = bytesOf(before, other.subarray(from, from + length), after);
        break;
      }
      case 7: {
        const number = random.chance(0.5) ? uint32(random.edge()) : uint64(random.edge());
        bytes = bytesOf(before, number, bytes.subarray(at + number.length));
        break;
      }
      default:
        bytes = random.chance(0.2) ? bytes.slice(0, at) : bytesOf(before, random.bytes(length), after);
    }
  }
  return bytes;
}
