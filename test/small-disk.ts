import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A disk in `folder`, of 64 KB unless given, for tests that fill one; undefined where it cannot be mounted. Unmount it at the end. */
export function mountSmallDisk(folder: string, size = '64k'): string | undefined {
  const disk = join(folder, 'disk');
  try {
    execFileSync('mkdir', [disk]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    return undefined;
  }
}
