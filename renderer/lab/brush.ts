import type { LabCoordinates } from '../../src/engine/contract/studio-lab-schemas.ts';

/** What is wanted of one axis: places from 0 at its foot to 1 at its head. */
export type BrushRange = readonly [low: number, high: number];

export const WHOLE_AXIS: BrushRange = [0, 1];

/** Half a step of what a brush's ends are moved by: what lies on an end is within. */
const TOLERANCE = 0.005;

/** Whether an axis is brushed at all. */
export function isBrushed([low, high]: BrushRange): boolean {
  return low > 0 || high < 1;
}

/** The range of an axis with a new one for an axis; the others stay. */
export function brushed(
  ranges: ReadonlyMap<string, BrushRange>,
  axis: string,
  range: BrushRange,
): Map<string, BrushRange> {
  const changed = new Map(ranges);
  if (isBrushed(range)) changed.set(axis, range);
  else changed.delete(axis);
  return changed;
}

/**
 * The trials whose lines cross every brushed axis within its range. One that has no place on such an axis is not within.
 * @param ranges  by the axis's label; an axis without one takes everything
 */
export function trialsWithin(
  { axes, lines }: LabCoordinates,
  ranges: ReadonlyMap<string, BrushRange>,
): ReadonlySet<string> {
  const limits = axes.map(({ label }) => ranges.get(label) ?? WHOLE_AXIS);
  return new Set(
    lines
      .filter(({ places }) =>
        limits.every((range, axis) => {
          const place = places[axis] ?? null;
          if (!isBrushed(range)) return true;
          return place !== null && place >= range[0] - TOLERANCE && place <= range[1] + TOLERANCE;
        }),
      )
      .map(({ id }) => id),
  );
}
