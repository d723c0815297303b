import { CheckpointError } from '../src/core/index.js';

/** A file may grow this many times when it is read (by inflating, or by views that repeat elements) … */
const maxExpansion = 32;

/** … and any file may grow to this many bytes. */
const freeBytes = 64 * 2 ** 20;

/**
 * The most bytes that a file of this size may ask for.
 *
 * A few bytes can describe an endless tensor: a stride of 0 repeats one element, a deflated entry one pattern. Trained
 * weights are dense, so a file that asks for more than this is refused as a bomb.
 */
export function expansionLimit(fileSize: number): number {
  return Math.max(freeBytes, maxExpansion * fileSize);
}

/**
 * The memory that a file's description of its tensors (pickles, headers, directories) may take: twice the file's size, and a
 * constant. A byte of a pickle can ask for an empty dict, which takes two hundred, and only its author knows why.
 *
 * What is charged are estimates, on the high side, of what V8 takes.
 */
export class MemoryBudget {
  private left: number;
  private readonly limit: number;

  constructor(fileSize: number) {
    this.limit = freeBytes + 2 * fileSize;
    this.left = this.limit;
  }

  /** @throws CheckpointError when all that was charged is more than the file may take. */
  charge(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) {
      throw new CheckpointError(
        `Checkpoint: expected a description of the tensors that takes at most ${this.limit} bytes of memory (twice the file, ` +
          'and 64 MiB), got more. This is no checkpoint, or holds far more small objects than weights: in PyTorch, ' +
          'torch.save(model.state_dict(), …).',
      );
    }
  }
}
