/** √(mean (a − b)²): how far forecasts are from what came. */
export function rootMeanSquare(forecasts: readonly number[], truth: readonly number[]): number {
  const sum = forecasts.reduce((total, value, i) => total + (value - truth[i]!) ** 2, 0);
  return Math.sqrt(sum / truth.length);
}
