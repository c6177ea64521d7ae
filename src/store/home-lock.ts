import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';

const holder = z.object({ pid: z.number().int().positive(), token: z.string(), bootedAt: z.number() });
export type LockHolder = z.output<typeof holder>;

/** Two readings of when the computer was started may differ by this much. */
const BOOT_TOLERANCE_MS = 60_000;
/** Where there are no links, a lock file that holds nothing yet is being written, unless it is older than this. */
const BEING_WRITTEN_MS = 5_000;

/** The locks that this process holds: another engine in it has the same process id. */
const heldHere = new Set<string>();

/**
 * Tries to take the lock that lets one process at a time write to the user's data. A lock whose process is gone, or
 * that is older than the computer's last start, is taken over.
 *
 * By hand because proper-lockfile 4 tells a dead holder by its age only, and after a crash would keep the next start
 * from writing for ten seconds.
 *
 * @returns the lock, or who holds it
 * @throws what the file system says where the lock's file cannot be written
 */
export async function takeLock(
  path: string,
): Promise<{ readonly release: () => Promise<void> } | { readonly heldBy: LockHolder }> {
  await mkdir(dirname(path), { recursive: true });
  const mine: LockHolder = { pid: process.pid, token: randomUUID(), bootedAt: bootTime() };
  for (let attempt = 0; ; attempt++) {
    if (await create(path, mine)) {
      heldHere.add(mine.token);
      return { release: () => release(path, mine.token) };
    }
    const present = await readHolder(path);
    if (present !== 'none' && present !== 'stale') return { heldBy: present };
    if (present === 'stale') await removeStale(path);
    if (attempt === 20) return { heldBy: { ...mine, pid: 1 } };
  }
}

/** Makes the lock's file, whole from its first moment on. @returns whether there was none */
async function create(path: string, mine: LockHolder): Promise<boolean> {
  const temporary = temporaryName(path);
  await writeFile(temporary, JSON.stringify(mine));
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    // File systems without links, such as those of memory cards.
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(code)) return createInPlace(path, mine);
    throw error;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}

async function createInPlace(path: string, mine: LockHolder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(mine), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** As `writeAtomically` names its own, so that what a kill leaves of them is cleared away alike. */
function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}

async function readHolder(path: string): Promise<LockHolder | 'none' | 'stale'> {
  let text: string;
  let ageMs: number;
  try {
    text = await readFile(path, 'utf8');
    ageMs = Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 'none';
  }
  let parsed: LockHolder;
  try {
    parsed = holder.parse(JSON.parse(text));
  } catch {
    return ageMs < BEING_WRITTEN_MS ? { pid: 0, token: '', bootedAt: bootTime() } : 'stale';
  }
  return isAlive(parsed) ? parsed : 'stale';
}

function isAlive({ pid, token, bootedAt }: LockHolder): boolean {
  if (pid === process.pid) return heldHere.has(token);
  if (Math.abs(bootedAt - bootTime()) > BOOT_TOLERANCE_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Moves the lock aside before removing it, so that of two that find it stale only one takes it over. */
async function removeStale(path: string): Promise<void> {
  const aside = temporaryName(path);
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const taken = await readHolder(aside);
  // Somebody else was quicker, and this is their new lock.
  if (taken !== 'stale' && taken !== 'none') await rename(aside, path).catch(() => undefined);
  else await unlink(aside).catch(() => undefined);
}

async function release(path: string, token: string): Promise<void> {
  if (!heldHere.delete(token)) return;
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.includes(token)) await unlink(path).catch(() => undefined);
}

function bootTime(): number {
  return Date.now() - uptime() * 1000;
}
