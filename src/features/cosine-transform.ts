/**
 * A function that computes the first K coefficients of the unnormalised DCT-II, times two:
 *
 *     y[k] = 2·Σ_n x[n]·cos(π·(n + ½)·k / B),   k = 0 … K − 1
 *
 * @param bands  B, the length of x
 * @param coefficients  K ≤ B
 * @returns `(x, y)`: x `[B]`, y `[K]`
 */
export function createCosineTransform(bands: number, coefficients: number): (x: Float64Array, y: Float64Array) => void {
  const cosine = new Float64Array(coefficients * bands);
  for (let k = 0; k < coefficients; k++)
    for (let n = 0; n < bands; n++) cosine[k * bands + n] = Math.cos((Math.PI / bands) * (n + 0.5) * k);

  return (x, y) => {
    for (let k = 0, row = 0; k < coefficients; k++, row += bands) {
      let sum = 0;
      for (let n = 0; n < bands; n++) sum += x[n]! * cosine[row + n]!;
      y[k] = 2 * sum;
    }
  };
}
