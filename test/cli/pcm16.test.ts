import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcm16Samples } from '../../src/cli/pcm16.ts';

async function samplesOf(chunks: Uint8Array[]): Promise<number[]> {
  const samples: number[] = [];
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  for await (const piece of pcm16Samples(stream())) samples.push(...piece);
  return samples;
}

describe('pcm16Samples', () => {
  it('reads little-endian samples as ±1', async () => {
    expect(await samplesOf([Uint8Array.of(0, 0x80, 0, 0, 0, 0x40, 0xff, 0xff)])).toEqual([-1, 0, 0.5, -1 / 32_768]);
  });

  it('gives the same samples however the bytes are cut, and drops half a sample at the end', async () => {
    const bytes = Uint8Array.from({ length: 41 }, (_, i) => (i * 37) % 256);
    const whole = await samplesOf([bytes]);
    expect(whole).toHaveLength(20);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(41)), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), 41];
        const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(await samplesOf(chunks)).toEqual(whole);
      }),
      { seed: 1 },
    );
  });
});
