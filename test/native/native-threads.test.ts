import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../src/nn/network.ts';
import { addon } from './load.ts';

const script = fileURLToPath(new URL('children/train-briefly.ts', import.meta.url));

type Trained = Record<'logits' | 'moments' | 'parameters', number[]>;

/** A short training in a process of its own, on so many threads. */
async function train(threads: string, precision: Precision): Promise<Trained> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, precision], {
    env: { ...process.env, HEED_THREADS: threads },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as Trained;
}

const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);

describe.skipIf(!addon)('the native core on as many threads as HEED_THREADS says', () => {
  it('computes the same bits for the same count, and the same within 1e-5 for another', async () => {
    const runs = await Promise.all(['1', '2', '2', '3'].map((threads) => train(threads, 'float32')));
    const [one, two, twoAgain, three] = runs as [Trained, Trained, Trained, Trained];
    expect(twoAgain).toEqual(two);
    for (const other of [two, three]) {
      for (const what of ['logits', 'moments'] as const)
        expect(largestDifference(other[what], one[what])).toBeLessThan(1e-5);
      // Sums in another order end on other bits: the count did reach the pool.
      expect(other.moments).not.toEqual(one.moments);
      // Adam moves a parameter by its whole rate, however small the gradient whose sign decides where.
      expect(largestDifference(other.parameters, one.parameters)).toBeLessThan(1e-3);
    }
  });

  it.each([
    'bfloat16' as const,
    // With the best kernels, which the program takes.
    ...(addon?.float16InstructionSets.includes(addon.instructionSets[0]!) ? (['float16'] as const) : []),
  ])('computes the same bits for the same count in %s as well, and nearly the same for another', async (precision) => {
    const runs = await Promise.all(['1', '2', '2'].map((threads) => train(threads, precision)));
    const [one, two, twoAgain] = runs as [Trained, Trained, Trained];
    expect(twoAgain).toEqual(two);
    // No operand depends on the count: only the sums over the batch have another order.
    expect(largestDifference(two.logits, one.logits)).toBeLessThan(1e-5);
    expect(largestDifference(two.moments, one.moments)).toBeLessThan(1e-5);
  });
});
