import { mean, type Figure } from './figure.ts';

/**
 * Runs a protocol that depends on chance once for each seed.
 * @returns the figures of the first run with their means over all; where seeds differ, each seed's value beside it
 */
export async function overSeeds(
  seeds: readonly number[],
  run: (seed: number) => Promise<readonly Figure[]>,
): Promise<Figure[]> {
  const runs: (readonly Figure[])[] = [];
  for (const seed of seeds) runs.push(await run(seed));
  return runs[0]!.map((figure, i) => {
    const values = runs.map((figures) => figures[i]!.value);
    if (values.every((value) => value === figure.value)) return figure;
    return { ...figure, value: Math.round(100 * mean(values)) / 100, seeds: values };
  });
}
