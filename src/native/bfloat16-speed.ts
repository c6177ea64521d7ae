import type { NativeAddon } from './addon.ts';
import { coded } from './coded-errors.ts';

/** Under a millisecond of multiply-adds. */
const ROUNDS = 1 << 16;
const TRIES = 5;

/**
 * How many times as many multiply-adds one core does in bfloat16 as in float32, by a measurement of a few milliseconds: some
 * processors have instructions for bfloat16 at half the rate of those for float32. Undefined where these kernels have none.
 */
export function bfloat16Speedup(addon: NativeAddon, instructionSet: string): number | undefined {
  if (!addon.bf16InstructionSets.includes(instructionSet)) return undefined;
  const rate = (precision: 'float32' | 'bfloat16'): number => {
    const rates = Array.from({ length: TRIES }, () => {
      const startMs = performance.now();
      const operations = coded(() => addon.peakFma(instructionSet, 1, ROUNDS, precision));
      return operations / (performance.now() - startMs);
    });
    // The quickest try is the one that nothing disturbed.
    return Math.max(...rates);
  };
  return rate('bfloat16') / rate('float32');
}
