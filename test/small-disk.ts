import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A disk of 64 KB in `folder`, for tests that fill one; undefined where it cannot be mounted. Unmount it at the end. */
export function mountSmallDisk(folder: string): string | undefined {
  const disk = join(folder, 'disk');
  try {
    execFileSync('mkdir', [disk]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    return undefined;
  }
}
