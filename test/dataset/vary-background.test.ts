import { describe, expect, it } from 'vitest';
import { varyBackground } from '../../src/dataset/vary-background.ts';

const tone = (length: number, period: number, amplitude: number): Int16Array =>
  Int16Array.from({ length }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * i) / period) + (10 * i) / length),
  );

describe('recordings of noise, varied', () => {
  it('are each heard as they are, backwards, and together with another, as long as before', () => {
    const recordings = [tone(400, 17, 3000), tone(250, 9, 500), tone(90, 5, 8000)];
    const varied = varyBackground({ recordings }, 1).recordings;
    expect(varied.map(({ length }) => length)).toEqual([400, 400, 400, 250, 250, 250, 90, 90, 90]);
    recordings.forEach((recording, i) => {
      expect(varied[3 * i]).toBe(recording);
      expect([...varied[3 * i + 1]!]).toEqual([...recording].reverse());
      expect(varied[3 * i + 2]).not.toEqual(recording);
    });
  });

  it('are never clipped, nor louder than full scale, however loud both are', () => {
    const loud = Array.from({ length: 6 }, (_, i) => tone(1000, 7 + i, 32_000));
    for (let seed = 0; seed < 5; seed++)
      for (const recording of varyBackground({ recordings: loud }, seed).recordings) {
        // A tone that is clipped stays at the top for several samples.
        const atTheTop = [...recording].map((sample) => Math.abs(sample) >= 32_766);
        expect(atTheTop.some((top, i) => top && atTheTop[i + 1] && atTheTop[i + 2])).toBe(false);
      }
  });

  it('are the same for the same seed, and others for another', () => {
    const recordings = Array.from({ length: 8 }, (_, i) => tone(300, 5 + i, 1000));
    const varied = [3, 3, 4].map((seed) =>
      JSON.stringify(varyBackground({ recordings }, seed).recordings.map((each) => [...each])),
    );
    expect(varied[1]).toBe(varied[0]);
    expect(varied[2]).not.toBe(varied[0]);
  });

  it('may be none, empty, or silent', () => {
    expect(varyBackground({ recordings: [] }, 1)).toEqual({ recordings: [] });
    expect(varyBackground({ recordings: [new Int16Array(0)] }, 1).recordings).toEqual([new Int16Array(0)]);
    for (const recording of varyBackground({ recordings: [new Int16Array(5), tone(5, 3, 100)] }, 1).recordings)
      expect(recording).toHaveLength(5);
  });
});
