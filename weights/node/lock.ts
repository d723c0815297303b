import { randomUUID } from 'node:crypto';
import { readlinkSync, rmSync } from 'node:fs';
import { type FileHandle, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. A lock that has not been touched for `stale` belongs to nobody. */
const timing = { beat: 5000, stale: 30_000, poll: 200 };

interface Owner {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

/** One process's right to write beside a path. */
export interface Lock {
  release(): Promise<void>;
}

/** Waits until nobody else has the lock; `onWait` is called again and again while it waits. */
export async function acquireLock(
  path: string,
  { signal, onWait }: { signal?: AbortSignal | undefined; onWait?: () => Promise<void> } = {},
): Promise<Lock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock) return lock;
    await onWait?.();
    await sleep(timing.poll, undefined, { signal: signal ?? undefined }).catch(() => {});
  }
}

/** Takes the lock if nobody has it, or only one who is gone. */
export async function tryLock(path: string): Promise<Lock | undefined> {
  const lock = await createLock(path);
  if (lock || !(await removeIfAbandoned(path))) return lock;
  return createLock(path);
}

/** Whether somebody has the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const seen = await look(path);
  return seen !== undefined && !isAbandoned(seen);
}

async function createLock(path: string): Promise<Lock | undefined> {
  const owner: Owner = { id: randomUUID(), pid: process.pid, host: hostOf() };
  const handle = await create(path);
  if (!handle) return undefined;
  // A process that ends by process.exit, as on Ctrl-C, takes its lock along.
  const onExit = () => rmSync(path, { force: true });
  process.on('exit', onExit);
  await handle.writeFile(JSON.stringify(owner)).finally(() => handle.close());
  const beat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), timing.beat).unref();
  return {
    async release() {
      clearInterval(beat);
      process.off('exit', onExit);
      // After a sleep of the machine it may be another's by now.
      if ((await look(path))?.owner?.id === owner.id) await rm(path, { force: true });
    },
  };
}

/** A new file, unless there is one. Whatever else is in the way stays in the way: who waited for it would wait for ever. */
async function create(path: string): Promise<FileHandle | undefined> {
  return open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
}

interface Seen {
  /** Undefined while it is being written, or if it is torn. */
  readonly owner: Owner | undefined;
  /** Milliseconds since it was touched. */
  readonly age: number;
}

async function look(path: string): Promise<Seen | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { owner: parseOwner(await readFile(path, 'utf8')), age: Date.now() - mtimeMs };
  } catch {
    return undefined;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAbandoned({ owner, age }: Seen): boolean {
  return age > timing.stale || (owner?.host === hostOf() && !isAlive(owner.pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where process ids mean the same: containers may share a name and a folder. */
function hostOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * Removes a lock whose owner is gone. Of several who see that, one may: else the slower would remove the lock that the faster
 * has taken since.
 */
async function removeIfAbandoned(path: string): Promise<boolean> {
  const seen = await look(path);
  if (!seen || !isAbandoned(seen)) return !seen;
  const right = `${path}.taking`;
  const handle = await create(right);
  if (!handle) {
    // Held for a moment only, unless its owner died in that moment.
    const { mtimeMs = Date.now() } = (await stat(right).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs > timing.stale) await rm(right, { force: true });
    return false;
  }
  try {
    const still = await look(path);
    if (still && still.owner?.id === seen.owner?.id && isAbandoned(still)) await rm(path, { force: true });
    return true;
  } finally {
    await handle.close();
    await rm(right, { force: true });
  }
}
