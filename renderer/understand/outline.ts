/** The lowest and the highest sample of each of `columns` equal stretches of a sound, `[columns, 2]`. */
export function outline(samples: Float32Array, columns: number): Float32Array {
  const extremes = new Float32Array(2 * columns);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * samples.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * samples.length) / columns));
    let [low, high] = [0, 0];
    for (let i = from; i < to && i < samples.length; i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    extremes[2 * column] = low;
    extremes[2 * column + 1] = high;
  }
  return extremes;
}

/**
 * A closed SVG path around a sound's outline, in a box of `columns` × 2 around 0. Quiet takes are stretched to fill it.
 * @param smallestPeak  no peak below this is stretched further, so that noise stays small
 */
export function outlinePath(samples: Float32Array, columns: number, smallestPeak = 0.05): string {
  const extremes = outline(samples, columns);
  const peak = extremes.reduce((highest, value) => Math.max(highest, Math.abs(value)), smallestPeak);
  const point = (column: number, side: 0 | 1): string =>
    `${column} ${(-extremes[2 * column + side]! / peak).toFixed(3)}`;
  const columnsUp = Array.from({ length: columns }, (_, column) => column);
  const above = columnsUp.map((column) => point(column, 1));
  const below = columnsUp.reverse().map((column) => point(column, 0));
  return `M${[...above, ...below].join('L')}Z`;
}
