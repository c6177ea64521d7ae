import { describe, expect, it } from 'vitest';
import { Endpointer, type EndedTake, type TakeEnd } from '../../src/audio/endpointer.ts';
import { createRandom } from '../../src/random.ts';

const RATE_HZ = 16_000;
const samplesIn = (ms: number): number => (ms * RATE_HZ) / 1000;

/** Noise of a level, in dBFS, for so many milliseconds; a "word" is nothing but louder noise. */
function noise(ms: number, levelDb: number, seed = 1): Float32Array {
  const random = createRandom(seed, 'noise');
  const amplitude = 10 ** (levelDb / 20);
  return Float32Array.from({ length: samplesIn(ms) }, () => amplitude * random.normal());
}

interface Run {
  readonly takes: EndedTake[];
  readonly endpointer: Endpointer;
  feed(ms: number, levelDb: number): void;
  arm(end?: TakeEnd): void;
}

/** An endpointer that is fed in chunks of odd lengths. */
function start(seed = 1): Run {
  const random = createRandom(seed, 'chunks');
  const takes: EndedTake[] = [];
  const endpointer = new Endpointer((take) => takes.push(take));
  return {
    takes,
    endpointer,
    arm: (end) => endpointer.arm(end),
    feed: (ms, levelDb) => {
      const samples = noise(ms, levelDb, 1 + random.integer(1e6));
      for (let at = 0; at < samples.length;) {
        const length = 1 + random.integer(700);
        endpointer.push(samples.subarray(at, at + length));
        at += length;
      }
    },
  };
}

/** Where the loud part of a take lies, in milliseconds, to 10 ms. */
function loudPart({ samples }: EndedTake, overDb = -40): [startMs: number, endMs: number] {
  const border = 10 ** (overDb / 20);
  const first = samples.findIndex((sample) => Math.abs(sample) > border);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > border);
  return [first / 16, last / 16];
}

describe('Endpointer', () => {
  it.each([-65, -50, -40])('ends a take by itself after the word, with padding, in a room of %i dBFS', (roomDb) => {
    const { takes, feed, arm, endpointer } = start();
    arm();
    feed(1000, roomDb);
    expect(endpointer.phase).toBe('waiting');
    feed(500, -20);
    expect(endpointer.phase).toBe('speaking');
    feed(360, roomDb);
    expect(takes).toEqual([]);
    feed(120, roomDb);
    expect(takes).toHaveLength(1);
    expect(endpointer.phase).toBe('idle');
    expect(takes[0]!.cutOff).toBe(false);
    const lengthMs = takes[0]!.samples.length / 16;
    expect(lengthMs).toBeGreaterThanOrEqual(1000);
    expect(lengthMs).toBeLessThan(1050);
    const [from, to] = loudPart(takes[0]!, roomDb + 15);
    expect(to - from).toBeGreaterThan(480);
    expect(from).toBeGreaterThanOrEqual(190);
    expect(lengthMs - to).toBeGreaterThanOrEqual(190);
  });

  it('keeps the pause within a word of two parts', () => {
    const { takes, feed, arm } = start();
    arm();
    feed(800, -55);
    feed(250, -20);
    feed(300, -55);
    feed(250, -20);
    feed(600, -55);
    expect(takes).toHaveLength(1);
    const [from, to] = loudPart(takes[0]!);
    expect(to - from).toBeGreaterThan(780);
  });

  it('takes nothing while nobody speaks: not a click, not a room that grows slowly louder', () => {
    const { takes, feed, arm, endpointer } = start();
    arm();
    feed(800, -55);
    for (let i = 0; i < 5; i++) {
      feed(30, -15);
      feed(700, -55);
    }
    for (let levelDb = -55; levelDb < -35; levelDb++) feed(300, levelDb);
    expect(takes).toEqual([]);
    expect(endpointer.phase).toBe('waiting');
  });

  it('takes ten words in a row, each armed after the last, none with a piece of another', () => {
    const { takes, feed, arm } = start();
    feed(500, -55);
    for (let i = 0; i < 10; i++) {
      arm();
      feed(300, -55);
      feed(350 + 20 * i, -20);
      feed(1000, -55);
    }
    expect(takes).toHaveLength(10);
    takes.forEach((take, i) => {
      const [from, to] = loudPart(take);
      expect(Math.abs(to - from - (350 + 20 * i))).toBeLessThan(30);
      expect(take.cutOff).toBe(false);
    });
  });

  it('says that a word was cut off that goes on and on', () => {
    const { takes, feed, arm } = start();
    arm();
    feed(500, -55);
    feed(3500, -20);
    expect(takes).toHaveLength(1);
    expect(takes[0]!.cutOff).toBe(true);
  });

  it('takes what is spoken while the key is held, and what its beginning was quicker than', () => {
    const { takes, feed, arm, endpointer } = start();
    feed(500, -55);
    feed(60, -20);
    arm({ by: 'caller' });
    feed(400, -20);
    feed(100, -55);
    endpointer.finish();
    expect(takes).toHaveLength(1);
    expect(takes[0]!.samples.length / 16).toBeCloseTo(700, -1);
    const [from, to] = loudPart(takes[0]!);
    expect(to - from).toBeGreaterThan(450);
  });

  it('takes noise for exactly the time asked for', () => {
    const { takes, feed, arm, endpointer } = start();
    feed(300, -30);
    arm({ by: 'time', afterMs: 2000 });
    feed(1500, -45);
    expect(endpointer.elapsedMs).toBe(1500);
    feed(700, -45);
    expect(takes).toHaveLength(1);
    expect(takes[0]!.samples).toHaveLength(samplesIn(2000));
    expect(loudPart(takes[0]!, -20)[0]).toBeLessThan(0);
  });

  it('drops a take that is called off', () => {
    const { takes, feed, arm, endpointer } = start();
    arm();
    feed(500, -55);
    feed(200, -20);
    endpointer.disarm();
    feed(800, -55);
    endpointer.finish();
    expect(takes).toEqual([]);
  });

  it('gives the same takes whatever the chunks', () => {
    const sound = [noise(600, -55, 1), noise(450, -20, 2), noise(700, -55, 3)];
    const cut = (chunk: number): Float32Array => {
      const takes: EndedTake[] = [];
      const endpointer = new Endpointer((take) => takes.push(take));
      endpointer.arm();
      for (const part of sound)
        for (let at = 0; at < part.length; at += chunk) endpointer.push(part.subarray(at, at + chunk));
      return takes[0]!.samples;
    };
    expect(cut(7)).toEqual(cut(16_000));
  });
});
