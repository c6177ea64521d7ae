/**
 * Cuts a window out of a clip, played faster or slower; what lies outside the clip is zero.
 *
 * @param samples  16 bit
 * @param start  first sample of the window at rate 1; may be negative or reach past the end
 * @param rate  1.1 plays a tenth faster (and higher), around the middle of the window, with linear interpolation
 * @param out  `[window]`, full scale ±1
 */
export function cutWindow(samples: Int16Array, start: number, rate: number, out: Float32Array): void {
  const middle = out.length / 2;
  for (let i = 0; i < out.length; i++) {
    const position = start + middle + (i - middle) * rate;
    const before = Math.floor(position);
    const fraction = position - before;
    const a = before >= 0 && before < samples.length ? samples[before]! : 0;
    const b = before >= -1 && before + 1 < samples.length ? samples[before + 1]! : 0;
    out[i] = (a + fraction * (b - a)) / 32_768;
  }
}
