import { z } from 'zod';
import type { StateStatistics } from '../state-statistics.ts';
import type { WordStates } from '../word-states.ts';
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
  /** As they are heard live. */
  words: z
    .object({
      labels: z.array(z.string()).min(1).max(10_000),
      means: packedRows,
      covarianceFactor: packedRows,
      variances: packedRows,
    })
    .optional(),
});

/**
 * The statistics of the pooled states as the file's metadata hold them: about 110 kB for 256 units and 36 groups, and 100 kB
 * more for ten words as they are heard live; half of that with one byte for each number.
 */
export function encodeStates(
  { groups, means, covarianceFactor, words }: StateStatistics,
  bytes: PackedBytes = 2,
): z.input<typeof stateMetadata> {
  const size = Math.sqrt(covarianceFactor.length);
  return {
    groups: groups.map(({ name, label, count }) => ({ name, label, count })),
    means: packRows(rowsOf(means, size), bytes),
    covarianceFactor: packFactor(covarianceFactor, size, bytes),
    ...(words && {
      words: {
        labels: [...words.labels],
        means: packRows(rowsOf(words.means, size), bytes),
        covarianceFactor: packFactor(words.covarianceFactor, size, bytes),
        variances: packRows(rowsOf(words.variances, size).map(kept(bytes)), bytes),
      },
    }),
  };
}

const rowsOf = (values: Float32Array, size: number): Float32Array[] =>
  Array.from({ length: values.length / size }, (_, row) => values.subarray(row * size, (row + 1) * size));

/** A row of positive numbers, none of which is so small beside the largest that it would be rounded to nought. */
const kept =
  (bytes: PackedBytes) =>
  (row: Float32Array): Float32Array =>
    row.map((value) => Math.max(value, 2 ** packedExponent(row, bytes)));

function packFactor(factor: Float32Array, size: number, bytes: PackedBytes): z.input<typeof packedRows> {
  const rows = rowsOf(factor, size).map((whole, row) => {
    const values = whole.slice(0, row + 1);
    // What stands on the diagonal must not be rounded to nought: the factor would be none any more.
    values[row] = Math.max(values[row]!, 2 ** packedExponent(values, bytes));
    return values;
  });
  return packRows(rows, bytes);
}

/** What `encodeStates` made; undefined where it is not that, or is of another network. */
export function decodeStates(
  value: unknown,
  hiddenSize: number,
  labels: readonly string[],
): StateStatistics | undefined {
  const parsed = stateMetadata.safeParse(value);
  if (!parsed.success) return undefined;
  const { groups, words } = parsed.data;
  if (groups.some(({ label }) => !labels.includes(label))) return undefined;
  const means = unpackMatrix(parsed.data.means, groups.length, hiddenSize);
  const covarianceFactor = unpackFactor(parsed.data.covarianceFactor, hiddenSize);
  if (!means || !covarianceFactor) return undefined;
  if (!words) return { groups, means, covarianceFactor };
  const decoded = decodeWords(words, hiddenSize, labels);
  return decoded && { groups, means, covarianceFactor, words: decoded };
}

function decodeWords(
  words: NonNullable<z.output<typeof stateMetadata>['words']>,
  hiddenSize: number,
  known: readonly string[],
): WordStates | undefined {
  const { labels } = words;
  if (new Set(labels).size !== labels.length || labels.some((label) => !known.includes(label))) return undefined;
  const means = unpackMatrix(words.means, labels.length, hiddenSize);
  const covarianceFactor = unpackFactor(words.covarianceFactor, hiddenSize);
  const variances = unpackMatrix(words.variances, labels.length, hiddenSize);
  if (!means || !covarianceFactor || !variances?.every((variance) => variance > 0)) return undefined;
  return { labels, means, covarianceFactor, variances };
}

function unpackMatrix(packed: z.output<typeof packedRows>, rowCount: number, size: number): Float32Array | undefined {
  const rows = unpackRows(
    packed,
    Array.from({ length: rowCount }, () => size),
  );
  if (!rows) return undefined;
  const matrix = new Float32Array(rowCount * size);
  rows.forEach((row, r) => matrix.set(row, r * size));
  return matrix;
}

/** Of the factor's rows only what is not zero is kept: one number of the first, two of the second, … */
function unpackFactor(packed: z.output<typeof packedRows>, size: number): Float32Array | undefined {
  const rows = unpackRows(
    packed,
    Array.from({ length: size }, (_, row) => row + 1),
  );
  if (!rows || rows.some((row) => !(row.at(-1)! > 0))) return undefined;
  const factor = new Float32Array(size * size);
  rows.forEach((row, r) => factor.set(row, r * size));
  return factor;
}
