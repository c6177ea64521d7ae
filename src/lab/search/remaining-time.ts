/** Foretells how long a search takes, from what its trials took so far and what they cost. */
export class RemainingTime {
  #costLeft: number;
  #costMeasured = 0;
  #msMeasured = 0;

  /** @param cost  of all trials, in the units of `trialCost` */
  constructor(cost: number) {
    this.#costLeft = cost;
  }

  /** A trial ended, now or in an earlier run. @param durationMs  what it took */
  ended(cost: number, durationMs: number): void {
    this.#costLeft = Math.max(0, this.#costLeft - cost);
    this.#costMeasured += cost;
    this.#msMeasured += durationMs;
  }

  /** Null as long as no trial tells. @param workers  trials that run at once */
  remainingMs(workers: number): number | null {
    if (this.#costMeasured === 0) return null;
    return (this.#costLeft * (this.#msMeasured / this.#costMeasured)) / workers;
  }
}
