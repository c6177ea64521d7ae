import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkLength, createChunker } from '../../../renderer/capture/chunker.ts';

describe('chunks of sound', () => {
  it.each([8000, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000])(
    'last 32 ms at %i Hz, and a block more at most',
    (sampleRateHz) => {
      const chunkMs = (1000 * chunkLength(sampleRateHz)) / sampleRateHz;
      expect(chunkMs).toBeGreaterThanOrEqual(32);
      expect(chunkMs).toBeLessThan(32 + 128_000 / sampleRateHz);
      expect(chunkLength(sampleRateHz) % 128).toBe(0);
    },
  );

  it('hold every sample once and in order, whatever the blocks they come in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 })), fc.integer({ min: 1, max: 100 }), (blocks, length) => {
        const chunks: Float32Array[] = [];
        const take = createChunker(length, (chunk) => chunks.push(chunk));
        let next = 0;
        for (const count of blocks) take(Float32Array.from({ length: count }, () => next++));
        expect(chunks.every((chunk) => chunk.length === length)).toBe(true);
        expect(chunks.length).toBe(Math.floor(next / length));
        expect(chunks.flatMap((chunk) => [...chunk])).toEqual(
          Array.from({ length: chunks.length * length }, (_, i) => i),
        );
      }),
    );
  });

  it('are arrays of their own, which may be given away', () => {
    const chunks: Float32Array[] = [];
    const take = createChunker(2, (chunk) => chunks.push(chunk));
    take(Float32Array.of(1, 2, 3, 4));
    expect(chunks[0]!.buffer).not.toBe(chunks[1]!.buffer);
  });
});
