import { z } from 'zod';
import type { StateStatistics } from '../state-statistics.ts';
import { type PackedBytes, packedExponent, packRows, unpackRows } from './packed-rows.ts';

const packedRows = z.object({
  exponents: z.array(z.number().int().min(-200).max(100)).max(20_000),
  integers: z.string(),
  bytes: z.union([z.literal(1), z.literal(2)]).optional(),
});

const stateMetadata = z.object({
  groups: z
    .array(z.object({ name: z.string().min(1).max(64), label: z.string(), count: z.number().int().min(1) }))
    .min(1)
    .max(10_000),
  means: packedRows,
  /** Of the factor's rows only what is not zero: one number of the first, two of the second, … */
  covarianceFactor: packedRows,
});

/**
 * The statistics of the pooled states as the file's metadata hold them: about 110 kB for 256 units and 36 groups, half of
 * that with one byte for each number.
 */
export function encodeStates(
  { groups, means, covarianceFactor }: StateStatistics,
  bytes: PackedBytes = 2,
): z.input<typeof stateMetadata> {
  const size = Math.sqrt(covarianceFactor.length);
  const factor = Array.from({ length: size }, (_, row) => {
    const values = covarianceFactor.slice(row * size, row * size + row + 1);
    // What stands on the diagonal must not be rounded to nought: the factor would be none any more.
    values[row] = Math.max(values[row]!, 2 ** packedExponent(values, bytes));
    return values;
  });
  return {
    groups: groups.map(({ name, label, count }) => ({ name, label, count })),
    means: packRows(
      groups.map((_, g) => means.subarray(g * size, (g + 1) * size)),
      bytes,
    ),
    covarianceFactor: packRows(factor, bytes),
  };
}

/** What `encodeStates` made; undefined where it is not that, or is of another network. */
export function decodeStates(
  value: unknown,
  hiddenSize: number,
  labels: readonly string[],
): StateStatistics | undefined {
  const parsed = stateMetadata.safeParse(value);
  if (!parsed.success) return undefined;
  const { groups } = parsed.data;
  if (groups.some(({ label }) => !labels.includes(label))) return undefined;
  const means = unpackRows(
    parsed.data.means,
    groups.map(() => hiddenSize),
  );
  const rows = unpackRows(
    parsed.data.covarianceFactor,
    Array.from({ length: hiddenSize }, (_, row) => row + 1),
  );
  if (!means || !rows || rows.some((row) => !(row.at(-1)! > 0))) return undefined;
  const statistics = {
    groups,
    means: new Float32Array(groups.length * hiddenSize),
    covarianceFactor: new Float32Array(hiddenSize * hiddenSize),
  };
  means.forEach((mean, g) => statistics.means.set(mean, g * hiddenSize));
  rows.forEach((row, r) => statistics.covarianceFactor.set(row, r * hiddenSize));
  return statistics;
}
