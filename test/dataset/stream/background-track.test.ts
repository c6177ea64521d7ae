import { describe, expect, it } from 'vitest';
import { rmsDbfs } from '../../../src/audio/level.ts';
import { BackgroundTrack } from '../../../src/dataset/stream/background-track.ts';
import { createRandom } from '../../../src/random.ts';

/** A tone, so that what is heard can be told from its pitch. */
const tone = (seconds: number, hertz: number, amplitude: number): Int16Array =>
  Int16Array.from({ length: 16_000 * seconds }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / 16_000));

const track = (recordings: Int16Array[], levelDbfs = -40): BackgroundTrack =>
  new BackgroundTrack({ recordings }, levelDbfs, createRandom(1));

/** Sign changes a second, over two. */
function pitchHertz(samples: Float32Array): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i]! >= 0 !== samples[i - 1]! >= 0) crossings++;
  return (crossings * 8000) / samples.length;
}

describe('BackgroundTrack', () => {
  it('plays loud and soft recordings at the same level, give or take 6 dB', () => {
    const samples = track([tone(60, 300, 20_000), tone(60, 700, 20)]).next(16_000 * 300);
    for (let start = 0; start < samples.length; start += 16_000) {
      const level = rmsDbfs(samples.subarray(start, start + 16_000));
      expect(level).toBeGreaterThan(-47);
      expect(level).toBeLessThan(-33);
    }
  });

  it('plays every recording before any comes again', () => {
    const pitches = [200, 500, 1100, 2300];
    const samples = track(
      pitches.map((hertz) => tone(12, hertz, 9000)),
      -20,
    ).next(16_000 * 120);
    const heard: number[] = [];
    for (let start = 0; start < samples.length; start += 8000) {
      const pitch = pitchHertz(samples.subarray(start, start + 8000));
      const nearest = pitches.findIndex((hertz) => Math.abs(hertz - pitch) < 20);
      if (nearest >= 0 && heard.at(-1) !== nearest) heard.push(nearest);
    }
    expect([...heard.slice(0, 4)].sort()).toEqual([0, 1, 2, 3]);
    expect([...heard.slice(4, 8)].sort()).toEqual([0, 1, 2, 3]);
  });

  it('joins recordings without a gap or a click', () => {
    const samples = track([tone(11, 150, 9000), tone(11, 170, 9000)], -20).next(16_000 * 100);
    let [largest, quietest] = [0, 0];
    for (let i = 1; i < samples.length; i++) largest = Math.max(largest, Math.abs(samples[i]! - samples[i - 1]!));
    for (let start = 0; start < samples.length; start += 1600)
      quietest = Math.min(quietest, rmsDbfs(samples.subarray(start, start + 1600)));
    // A tone of −14 dBFS and 170 Hz moves by 0.019 a sample; two at once by twice that.
    expect(largest).toBeLessThan(0.04);
    expect(quietest).toBeGreaterThan(-40);
  });

  it('plays on however short the recordings, and cut anywhere', () => {
    const recordings = [tone(1, 300, 9000).subarray(0, 5), tone(1, 500, 9000).subarray(0, 1), tone(2, 700, 9000)];
    const whole = track(recordings).next(50_000);
    expect(whole.every(Number.isFinite)).toBe(true);
    expect(rmsDbfs(whole)).toBeGreaterThan(-60);
  });

  it('leaves silent and empty recordings out, and is dither where nothing else is left', () => {
    const silent = track([new Int16Array(9000), new Int16Array(0)]);
    expect(silent.audible).toBe(false);
    const samples = silent.next(16_000);
    expect(rmsDbfs(samples)).toBeLessThan(-95);
    expect(samples.some((sample) => sample !== 0)).toBe(true);
  });
});
