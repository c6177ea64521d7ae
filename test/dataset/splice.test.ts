import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENT_SETTINGS, type AugmentSettings } from '../../src/dataset/augment/augment.ts';
import { spliceInto } from '../../src/dataset/augment/splice.ts';
import type { Clip } from '../../src/dataset/clip.ts';
import { clipCut, clipSpliced, cutOf, MADE_SILENCE, spliceOf } from '../../src/dataset/epoch-draw.ts';
import { planExample, planSplice, type PlanSource } from '../../src/dataset/example-plan.ts';
import { renderExample } from '../../src/dataset/render-example.ts';
import { createRandom } from '../../src/random.ts';

const LENGTH = 16_000;
const STILL: AugmentSettings = {
  ...DEFAULT_AUGMENT_SETTINGS,
  ...{ shiftMs: [0, 0], playbackRate: [1, 1], gainDb: [0, 0], tilt: [0, 0], anyPlaceProbability: 0 },
  ...{
    lowPassProbability: 0,
    backgroundProbability: 0,
    ditherProbability: 0,
    neighbourProbability: 0,
    timeMaskProbability: 0,
  },
};

/** A clip whose word is a constant, 4,000 samples from `start` on. */
function clipOf(value: number, start: number): Clip {
  const samples = new Int16Array(LENGTH).fill(value, start, start + 4000);
  return {
    samples,
    windowStart: 0,
    word: { start, firstThird: start + 1500, lastThird: start + 2500, end: start + 4000 },
  };
}

function sourceOf(clips: readonly Clip[], words?: readonly string[], augment = STILL): PlanSource {
  const told = words ? { words } : {};
  return { clips, ...told, anywhere: clips.map(() => false), background: { recordings: [] }, augment, seed: 1 };
}

describe('entries of a draw', () => {
  it('tell clips, cut clips, splices and silence apart', () => {
    for (const clip of [0, 1, 77, 2 ** 29]) {
      expect([clipCut(cutOf(clip)), clipSpliced(cutOf(clip))]).toEqual([clip, undefined]);
      expect([clipCut(spliceOf(clip)), clipSpliced(spliceOf(clip))]).toEqual([undefined, clip]);
      expect([clipCut(clip), clipSpliced(clip)]).toEqual([undefined, undefined]);
      expect(Int32Array.of(spliceOf(clip))[0]).toBe(spliceOf(clip));
    }
    expect([clipCut(MADE_SILENCE), clipSpliced(MADE_SILENCE)]).toEqual([undefined, undefined]);
  });
});

describe('a splice', () => {
  it('is the one sound up to a sample and the other from there on, or the other way round, as loud, without a click', () => {
    for (const side of ['after', 'before'] as const) {
      const samples = new Float32Array(4000).fill(0.2);
      spliceInto(samples, new Float32Array(4000).fill(-0.8), 1000, side);
      const [first, last] = side === 'after' ? [0.2, -0.2] : [-0.2, 0.2];
      expect(samples[900]).toBeCloseTo(first, 6);
      expect(samples[1100]).toBeCloseTo(last, 6);
      expect(samples[1000]).toBeCloseTo(0, 2);
      expect(samples.every((value, i) => i === 0 || Math.abs(value - samples[i - 1]!) < 0.003)).toBe(true);
    }
  });

  it('takes silence as it is', () => {
    const samples = new Float32Array(500);
    spliceInto(samples, new Float32Array(500).fill(0.1), 0, 'after');
    expect(samples[499]).toBeCloseTo(0.1, 6);
  });

  it('joins two words in the middle thirds of their energy, without a gap', () => {
    const source = sourceOf([clipOf(8000, 3000), clipOf(-8000, 9000)]);
    const sides = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const plan = planSplice(source, 0, LENGTH, createRandom(seed))!;
      expect(plan.clip).toBe(0);
      expect(plan.splice!.clip).toBe(1);
      sides.add(plan.splice!.side);
      // In the first clip's own time the cut lies in its middle third, and what is heard of the other adjoins there.
      expect(plan.splice!.at).toBeGreaterThanOrEqual(4500);
      expect(plan.splice!.at).toBeLessThanOrEqual(5500);
      const out = new Float32Array(LENGTH);
      renderExample(plan, source.clips, source.background, new Float32Array(LENGTH), out);
      const signs = [...out].map((value) => Math.sign(Math.round(value * 100)));
      const [ahead, behind] = plan.splice!.side === 'after' ? [1, -1] : [-1, 1];
      expect(signs[plan.splice!.at - 200]).toBe(ahead);
      expect(signs[plan.splice!.at + 200]).toBe(behind);
      const heard = signs.filter((sign) => sign !== 0).length;
      expect(heard).toBeGreaterThan(2800);
      expect(heard).toBeLessThan(5200);
    }
    expect([...sides].sort()).toEqual(['after', 'before']);
  });

  it('joins at the same sounds at other speeds', () => {
    const source = sourceOf([clipOf(8000, 3000), clipOf(-8000, 9000)], undefined, {
      ...STILL,
      playbackRate: [1.2, 1.2],
    });
    for (let seed = 0; seed < 20; seed++) {
      const { splice, start, playbackRate } = planSplice(source, 0, LENGTH, createRandom(seed))!;
      const inClip = (first: number): number => first + LENGTH / 2 + (splice!.at - LENGTH / 2) * playbackRate;
      expect(inClip(start)).toBeGreaterThan(4498);
      expect(inClip(start)).toBeLessThan(5502);
      expect(inClip(splice!.start)).toBeGreaterThan(10_498);
      expect(inClip(splice!.start)).toBeLessThan(11_502);
    }
  });

  it('is of two words, and where there is only one the word is cut off', () => {
    const clips = [clipOf(8000, 3000), clipOf(7000, 4000), clipOf(-8000, 9000)];
    for (let seed = 0; seed < 20; seed++)
      expect(planSplice(sourceOf(clips, ['a', 'a', 'b']), 0, LENGTH, createRandom(seed))!.splice!.clip).toBe(2);
    const alone = sourceOf(clips, ['a', 'a', 'a']);
    expect(planSplice(alone, 0, LENGTH, createRandom(1))).toBeUndefined();
    const plan = planExample(alone, spliceOf(0), 1, 0, LENGTH, 49);
    expect([plan.clip, plan.splice]).toEqual([0, undefined]);
    const end = plan.start + LENGTH;
    expect(end <= 4500 || plan.start >= 5500).toBe(true);
  });
});
