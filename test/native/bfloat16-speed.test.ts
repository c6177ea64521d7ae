import { describe, expect, it } from 'vitest';
import type { NativeAddon } from '../../src/native/addon.ts';
import { bfloat16Speedup } from '../../src/native/bfloat16-speed.ts';
import { addon } from './load.ts';

/** A core whose multiply-adds take no time that could be measured, but so many operations are told of. */
function told(operations: { float32: number; bfloat16: number }, sets: readonly string[]): NativeAddon {
  const peakFma = (_set: string, _threads: number, _rounds: number, precision: 'float32' | 'bfloat16'): number => {
    const endMs = performance.now() + 2;
    while (performance.now() < endMs);
    return operations[precision];
  };
  return { bf16InstructionSets: sets, peakFma } as unknown as NativeAddon;
}

describe('how much quicker bfloat16 is', () => {
  it('is what both peaks come to', () => {
    expect(bfloat16Speedup(told({ float32: 100, bfloat16: 50 }, ['a']), 'a')).toBeCloseTo(0.5, 1);
    expect(bfloat16Speedup(told({ float32: 100, bfloat16: 200 }, ['a']), 'a')).toBeCloseTo(2, 0);
  });

  it('is not asked of kernels without it', () => {
    expect(bfloat16Speedup(told({ float32: 100, bfloat16: 50 }, ['a']), 'b')).toBeUndefined();
  });

  it.skipIf(!addon)('is a number for every instruction set of this machine that has it', () => {
    for (const set of addon!.instructionSets) {
      const speedup = bfloat16Speedup(addon!, set);
      if (addon!.bf16InstructionSets.includes(set)) expect(speedup).toBeGreaterThan(0);
      else expect(speedup).toBeUndefined();
    }
  });
});
