/** Forecasts values for moments, each named by a number such as a row of a table. */
export type Forecaster = (origins: readonly number[]) => Promise<number[]>;

/** Learns from the moments of these numbers, in their order. */
export type FitForecaster = (training: readonly number[]) => Promise<Forecaster>;

/** Parts of the training moments, each of which is forecast once by forecasters that have not seen it. */
const PARTS = 3;

/**
 * Learns how much of one forecaster to mix into another (stacking; Wolpert 1992). Over each part of the training that
 * neither had learned from, some share brings their average nearest to what came; the smallest of these shares is taken.
 * What holds in one part and not in the next gets none, and then the first forecaster goes on alone.
 *
 * @param training moments, rising
 * @param ahead how far ahead forecasts look: so near to a part that is left out nothing is learned from
 * @param truth what came, by moment
 * @returns 0 to 1
 */
export async function learnShare(
  fitBase: FitForecaster,
  fitOther: FitForecaster,
  training: readonly number[],
  ahead: number,
  truth: (origin: number) => number,
): Promise<number> {
  let share = 1;
  for (let part = 0; part < PARTS; part++) {
    const [from, to] = [part, part + 1].map((at) => Math.round((at * training.length) / PARTS)) as [number, number];
    const left = training.slice(from, to);
    const rest = training.filter((origin) => origin < left[0]! - ahead || origin > left.at(-1)! + ahead);
    const base = await (await fitBase(rest))(left);
    const other = await (await fitOther(rest))(left);
    share = Math.min(share, bestShare(base, other, left.map(truth)));
  }
  return Math.max(0, share);
}

/** The share s of the second for which Σ ((1 − s)·first + s·second − truth)² is least. */
function bestShare(first: readonly number[], second: readonly number[], truth: readonly number[]): number {
  let [product, square] = [0, 0];
  truth.forEach((value, i) => {
    const difference = second[i]! - first[i]!;
    product += difference * (value - first[i]!);
    square += difference ** 2;
  });
  return square === 0 ? 0 : product / square;
}
