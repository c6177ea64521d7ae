import { COLOR_MAP } from '../listen/color-map.ts';

/** Numbers over time and one other dimension, as colours. */
export interface HeatMap {
  readonly frames: number;
  /** Rows, the first one at the bottom. */
  readonly rows: number;
  /** `[rows, frames, 4]`, the top row first */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * @param values  `[frames, rows]`
 * @param colorOf  0…255
 * @param order  which row of the values stands where, from the bottom up; as they are when left out
 */
export function createHeatMap(
  values: Float32Array,
  rows: number,
  colorOf: (value: number) => number,
  order?: readonly number[],
): HeatMap {
  const frames = values.length / rows;
  const pixels = new Uint8ClampedArray(4 * frames * rows);
  for (let place = 0; place < rows; place++) {
    const row = order?.[place] ?? place;
    for (let frame = 0; frame < frames; frame++) {
      const color = 4 * Math.max(0, Math.min(255, Math.round(colorOf(values[frame * rows + row]!))));
      pixels.set(COLOR_MAP.subarray(color, color + 4), 4 * ((rows - 1 - place) * frames + frame));
    }
  }
  return { frames, rows, pixels };
}

/** The rows of `[frames, rows]` in the order of their means, the lowest first. */
export function orderByMean(values: Float32Array, rows: number): number[] {
  const sums = new Float64Array(rows);
  for (let i = 0; i < values.length; i++) sums[i % rows]! += values[i]!;
  return Array.from({ length: rows }, (_, row) => row).sort((a, b) => sums[a]! - sums[b]!);
}
