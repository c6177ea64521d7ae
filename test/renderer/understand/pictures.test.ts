import { describe, expect, it } from 'vitest';
import { COLOR_MAP } from '../../../renderer/listen/color-map.ts';
import { sharesByStretch } from '../../../renderer/understand/attention-shares.ts';
import { createHeatMap, orderByMean } from '../../../renderer/understand/heat-map.ts';
import { outline, outlinePath } from '../../../renderer/understand/outline.ts';
import { frameAt, frameShare, timeAxisOf } from '../../../renderer/understand/time-axis.ts';

const axis = timeAxisOf({
  samples: new Float32Array(16_032),
  sampleRateHz: 16_000,
  frames: 98,
  hopMs: 10,
  frameMs: 32,
});

describe('the time axis of a score sheet', () => {
  it('lasts as long as the window, with each frame’s column around the frame’s middle', () => {
    expect(axis.durationMs).toBe(1002);
    // Frame 0 spans 0…32 ms, and so its middle is at 16 ms; the last one ends with the window.
    expect(frameShare(axis, 0) * 1002).toBeCloseTo(16);
    expect(frameShare(axis, 97) * 1002).toBeCloseTo(1002 - 16);
  });

  it('finds the frame of a moment, and the nearest one at the edges', () => {
    for (let frame = 0; frame < 98; frame++) expect(frameAt(axis, frameShare(axis, frame) * 1002)).toBe(frame);
    expect(frameAt(axis, 0)).toBe(0);
    expect(frameAt(axis, 1002)).toBe(97);
  });
});

describe('what attention takes of each stretch of the sound', () => {
  it('is the sum of its frames, and everything once', () => {
    const weights = Float32Array.from({ length: 98 * 2 }, (_, i) => (i % 2 === 0 ? 1 / 98 : i === 2 * 50 + 1 ? 1 : 0));
    const stretches = sharesByStretch({ heads: 2, weights }, axis, 100);
    expect(stretches.map(({ fromMs }) => fromMs)).toEqual(Array.from({ length: 11 }, (_, i) => 100 * i));
    expect(stretches[1]!.shares[0]).toBeCloseTo(10 / 98);
    expect(stretches.reduce((sum, { shares }) => sum + shares[0]!, 0)).toBeCloseTo(1);
    // The middle of frame 50 is at 516 ms.
    expect(stretches.map(({ shares }) => shares[1])).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });
});

describe('a heat map', () => {
  it('has time from left to right and its first row at the bottom', () => {
    // Two frames of three rows; only the last row of the first frame is bright.
    const map = createHeatMap(Float32Array.of(0, 0, 1, 0, 0, 0), 3, (value) => 255 * value);
    const colorAt = (row: number, frame: number) => [
      ...map.pixels.slice(4 * (row * 2 + frame), 4 * (row * 2 + frame) + 4),
    ];
    expect(colorAt(0, 0)).toEqual([...COLOR_MAP.slice(-4)]);
    for (const [row, frame] of [
      [0, 1],
      [1, 0],
      [2, 0],
      [2, 1],
    ] as const)
      expect(colorAt(row, frame)).toEqual([...COLOR_MAP.slice(0, 4)]);
  });

  it('clips what lies outside of the scale', () => {
    const map = createHeatMap(Float32Array.of(-5, 5), 1, (value) => 255 * value);
    expect([...map.pixels]).toEqual([...COLOR_MAP.slice(0, 4), ...COLOR_MAP.slice(-4)]);
  });

  it('puts units in the order of their means', () => {
    expect(orderByMean(Float32Array.of(0.9, 0.1, 0.5, 0.7, 0.3, 0.5), 3)).toEqual([1, 2, 0]);
  });
});

describe('the outline of a sound', () => {
  it('keeps the extremes of each stretch', () => {
    expect([...outline(Float32Array.of(0, 0.5, -0.25, 0, 0, -0.75), 3)]).toEqual([0, 0.5, -0.25, 0, -0.75, 0]);
  });

  it('stretches a quiet take, but not silence', () => {
    expect(outlinePath(Float32Array.of(0.25, -0.25), 2)).toBe('M0 -1.000L1 0.000L1 1.000L0 0.000Z');
    expect(outlinePath(Float32Array.of(0.0005, 0), 2)).toBe('M0 -0.010L1 0.000L1 0.000L0 0.000Z');
  });
});
