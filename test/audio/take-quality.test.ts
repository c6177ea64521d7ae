import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeFlaws } from '../../src/audio/take-quality.ts';
import { readWav } from '../../src/audio/wav-read.ts';
import { createRandom } from '../../src/random.ts';

/** A hum of half a second in the middle of a second of noise. */
function take({ levelDb = -20, noiseDb = -60, startMs = 250, gain = 1 } = {}): Float32Array {
  const random = createRandom(3, 'take');
  const amplitude = Math.SQRT2 * 10 ** (levelDb / 20);
  const first = startMs * 16;
  return Float32Array.from({ length: 16_000 }, (_, i) => {
    const hum = i >= first && i < first + 8000 ? amplitude * Math.sin((2 * Math.PI * 200 * i) / 16_000) : 0;
    return Math.max(-1, Math.min(1, gain * (hum + 10 ** (noiseDb / 20) * random.normal())));
  });
}

describe('takeFlaws', () => {
  it('finds nothing wrong with a word in a quiet room', () => {
    expect(takeFlaws(take())).toEqual([]);
    expect(takeFlaws(take({ levelDb: -34 }))).toEqual([]);
  });

  it.each([
    ['clipped', { levelDb: -6, gain: 4 }],
    ['too-quiet', { levelDb: -50, noiseDb: -75 }],
    ['too-noisy', { levelDb: -30, noiseDb: -34 }],
    ['cut-off', { startMs: 0 }],
    ['cut-off', { startMs: 500 }],
  ])('finds a take %s', (flaw, options) => {
    expect(takeFlaws(take(options))).toEqual([flaw]);
  });

  it('calls silence, and no sound at all, too quiet', () => {
    expect(takeFlaws(new Float32Array(16_000))).toEqual(['too-quiet']);
    expect(takeFlaws(new Float32Array(0))).toEqual(['too-quiet']);
  });

  it('takes a loud sound that just fits for what it is', () => {
    expect(takeFlaws(take({ levelDb: -3.5 }))).toEqual([]);
  });

  const recordings = join(process.env['HEED_DATA'] ?? '', 'speech_commands', 'validation');
  it.skipIf(!process.env['HEED_DATA'] || !existsSync(recordings))(
    'finds fault with few of other people’s recordings',
    () => {
      const counts = new Map<string, number>();
      let clips = 0;
      for (const word of ['yes', 'no', 'left', 'stop'])
        for (const name of readdirSync(join(recordings, word)).slice(0, 100)) {
          clips++;
          const { sound } = readWav(readFileSync(join(recordings, word, name)), name);
          for (const flaw of takeFlaws(sound.samples)) counts.set(flaw, (counts.get(flaw) ?? 0) + 1);
        }
      const shares = Object.fromEntries([...counts].map(([flaw, count]) => [flaw, count / clips]));
      for (const flaw of ['clipped', 'too-quiet', 'too-noisy', 'cut-off'])
        expect(shares[flaw] ?? 0, `${flaw} in ${JSON.stringify(shares)}`).toBeLessThan(0.12);
    },
  );
});
