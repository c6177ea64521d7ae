const SILENCE = new Int16Array(0);

/**
 * Cuts a window out of a clip, played faster or slower. What lies outside the clip is zero, or another clip: the end of
 * it before, and its beginning after.
 *
 * @param samples  16 bit
 * @param start  first sample of the window at rate 1; may be negative or reach past the end
 * @param rate  1.1 plays a tenth faster (and higher), around the middle of the window, with linear interpolation
 * @param out  `[window]`, full scale ±1
 * @param neighbour  16 bit; what is heard beyond either end of the clip
 */
export function cutWindow(
  samples: Int16Array,
  start: number,
  rate: number,
  out: Float32Array,
  neighbour: Int16Array = SILENCE,
): void {
  const middle = out.length / 2;
  const at = (index: number): number =>
    (index < 0
      ? neighbour[neighbour.length + index]
      : index < samples.length
        ? samples[index]
        : neighbour[index - samples.length]) ?? 0;
  for (let i = 0; i < out.length; i++) {
    const position = start + middle + (i - middle) * rate;
    const before = Math.floor(position);
    const fraction = position - before;
    const a = at(before);
    const b = at(before + 1);
    out[i] = (a + fraction * (b - a)) / 32_768;
  }
}
