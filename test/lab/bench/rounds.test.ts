import { describe, expect, it } from 'vitest';
import {
  contenderPart,
  interleavedPart,
  median,
  runRounds,
  samplesOf,
  type RoundPart,
} from '../../../src/lab/bench/rounds.ts';

const running = { aborted: false };
const settings = { rounds: 3, sliceMs: 7, pauseMs: 0 };

/** A clock that moves only when the contender runs: by the next of these times, the last one for ever. */
function clockwork(runMs: readonly number[]) {
  let [ms, runs] = [0, 0];
  const run = (): void => {
    ms += runMs[Math.min(runs, runMs.length - 1)]!;
    runs++;
  };
  return { run, nowMs: () => ms, runs: () => runs };
}

describe('median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, middle) => expect(median(values)).toBe(middle));

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('contenderPart', () => {
  it('does not count the first run, and answers the median time of an item', async () => {
    const { run, nowMs, runs } = clockwork([1000, 10, 30, 20]);
    const part = contenderPart({ key: 'x', itemsPerRun: 4, run }, nowMs);
    expect(await part.measure(50)).toEqual(new Map([['x', 0.02 / 4]]));
    expect(runs()).toBe(4);
  });

  it('runs once at least, however long that takes', async () => {
    const { run, nowMs, runs } = clockwork([900]);
    expect((await contenderPart({ key: 'x', itemsPerRun: 1, run }, nowMs).measure(1)).get('x')).toBe(0.9);
    expect(runs()).toBe(2);
  });

  it('waits for a run that answers later', async () => {
    const { run, nowMs } = clockwork([8]);
    const late = (): Promise<void> => Promise.resolve().then(run);
    expect((await contenderPart({ key: 'x', itemsPerRun: 1, run: late }, nowMs).measure(20)).get('x')).toBe(0.008);
  });
});

describe('runRounds', () => {
  it('lets every part have its turn in each round, and keeps the samples of a round at the same place', async () => {
    const turns: string[] = [];
    const part = (key: string, first: number): RoundPart => ({
      measure: (sliceMs) => {
        turns.push(`${key}${sliceMs}`);
        return Promise.resolve(new Map([[key, first + turns.length]]));
      },
    });
    const done: number[] = [];
    const samples = await runRounds([part('a', 0), part('b', 100)], settings, (count) => done.push(count), running);
    expect(turns).toEqual(['a7', 'b7', 'a7', 'b7', 'a7', 'b7']);
    expect(samplesOf(samples, 'a')).toEqual([1, 3, 5]);
    expect(samplesOf(samples, 'b')).toEqual([102, 104, 106]);
    expect(done).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('stops between two turns when it is cancelled', async () => {
    const signal = { aborted: false };
    let turns = 0;
    const part: RoundPart = {
      measure: () => {
        signal.aborted = ++turns === 2;
        return Promise.resolve(new Map());
      },
    };
    await expect(runRounds([part], settings, () => undefined, signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(turns).toBe(2);
  });

  it('passes on the error of a part', async () => {
    const part: RoundPart = { measure: () => Promise.reject(new Error('broken')) };
    await expect(runRounds([part], settings, () => undefined, running)).rejects.toThrow('broken');
  });
});

describe('interleavedPart', () => {
  it('runs its contenders in turn until their slices are over, and counts no first run', async () => {
    let ms = 0;
    const turns: string[] = [];
    const contender = (key: string, runMs: number) => ({
      key,
      itemsPerRun: 10,
      run: () => {
        turns.push(key);
        ms += turns.length <= 2 ? 500 : runMs;
      },
    });
    const part = interleavedPart([contender('a', 20), contender('b', 30)], () => ms);
    const times = await part.measure(60);
    expect(turns).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
    expect(times.get('a')).toBeCloseTo(0.002, 12);
    expect(times.get('b')).toBeCloseTo(0.003, 12);
  });
});

describe('samplesOf', () => {
  it('refuses a name under which nothing was measured', () => {
    expect(() => samplesOf(new Map(), 'x')).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
