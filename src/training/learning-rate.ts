/** Updates over which the rate climbs, at most; Adam's second moments are poor before. */
const MAX_WARM_UP_STEPS = 200;

/**
 * The rate of one update: a linear warm-up over the first twentieth of the run, then a cosine down to almost nothing.
 * @param step  0 … stepCount − 1
 * @see Loshchilov & Hutter 2017, SGDR, eq. 5, without restarts
 */
export function learningRateAt(step: number, stepCount: number, highest: number): number {
  const warmUp = Math.min(MAX_WARM_UP_STEPS, Math.ceil(stepCount / 20));
  if (step < warmUp) return (highest * (step + 1)) / warmUp;
  return (highest / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / (stepCount - warmUp)));
}
