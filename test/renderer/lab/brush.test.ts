import { describe, expect, it } from 'vitest';
import { brushed, trialsWithin, WHOLE_AXIS, type BrushRange } from '../../../renderer/lab/brush.ts';
import type { LabCoordinates } from '../../../src/engine/contract/studio-lab-schemas.ts';

const line = (id: string, ...places: (number | null)[]) => ({ id, places, rank: 0, text: id });
const COORDINATES: LabCoordinates = {
  axes: [
    { label: 'hidden', ticks: [] },
    { label: 'accuracy', ticks: [] },
  ],
  lines: [line('poor', 0, 0), line('good', 0.5, 1), line('large', 1, 0.6), line('diverged', 1, null)],
};
const within = (...ranges: [string, BrushRange][]): string[] => [...trialsWithin(COORDINATES, new Map(ranges))];

describe('brushing the axes of trials', () => {
  it('leaves every trial in where nothing is brushed, those without an end too', () => {
    expect(within()).toEqual(['poor', 'good', 'large', 'diverged']);
    expect(within(['accuracy', WHOLE_AXIS])).toHaveLength(4);
  });

  it('keeps what crosses the axis within the range, its ends included', () => {
    expect(within(['hidden', [0.5, 1]])).toEqual(['good', 'large', 'diverged']);
    expect(within(['hidden', [0, 0.49]])).toEqual(['poor']);
  });

  it('keeps only what lies within on every brushed axis', () => {
    expect(within(['hidden', [0.5, 1]], ['accuracy', [0.5, 0.9]])).toEqual(['large']);
  });

  it('drops what has no place on a brushed axis', () => {
    expect(within(['accuracy', [0.01, 1]])).toEqual(['good', 'large']);
  });

  it('forgets an axis that is wanted whole again, and no other', () => {
    const both = brushed(brushed(new Map(), 'hidden', [0.2, 1]), 'accuracy', [0, 0.5]);
    expect([...both.keys()]).toEqual(['hidden', 'accuracy']);
    expect([...brushed(both, 'hidden', [0, 1])]).toEqual([['accuracy', [0, 0.5]]]);
    expect(both.size).toBe(2);
  });
});
