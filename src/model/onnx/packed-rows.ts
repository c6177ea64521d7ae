import { Buffer } from 'node:buffer';

/** Bytes that a number is packed into: two carry it to four digits, one to two. */
export type PackedBytes = 1 | 2;

/** Rows of numbers as JSON can hold them: integers, little-endian, in base64, and a power of two for each row. */
export interface PackedRows {
  /** `[rows]`: a number is its integer times 2 to this. */
  readonly exponents: number[];
  readonly integers: string;
  /** Of each integer; 2 where it is left out. */
  readonly bytes?: PackedBytes | undefined;
}

/** Packs rows; unpacking and packing again gives the same. Finite numbers only. */
export function packRows(rows: readonly Float32Array[], size: PackedBytes): PackedRows {
  const exponents = rows.map((row) => packedExponent(row, size));
  const largest = largestInteger(size);
  const bytes = Buffer.alloc(size * rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  rows.forEach((row, r) => {
    for (const value of row) {
      const integer = Math.round(value / 2 ** exponents[r]!);
      at = bytes.writeIntLE(Math.max(-largest, Math.min(largest, integer)), at, size);
    }
  });
  const packed = { exponents, integers: bytes.toString('base64') };
  return size === 2 ? packed : { ...packed, bytes: size };
}

/** The power of two that a row's integers are multiples of: the least under which the largest of them fits. */
export function packedExponent(row: Float32Array, size: PackedBytes): number {
  const largest = row.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
  return largest === 0 ? 0 : Math.ceil(Math.log2(largest / largestInteger(size)));
}

function largestInteger(size: PackedBytes): number {
  return 2 ** (8 * size - 1) - 1;
}

/** The rows of these lengths; undefined where they are not what was packed. */
export function unpackRows(
  { exponents, integers, bytes: size = 2 }: PackedRows,
  lengths: readonly number[],
): Float32Array[] | undefined {
  const bytes = Buffer.from(integers, 'base64');
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (exponents.length !== lengths.length || bytes.length !== size * total) return undefined;
  let at = 0;
  return lengths.map((length, r) =>
    Float32Array.from({ length }, () => {
      const integer = bytes.readIntLE(at, size);
      at += size;
      return integer * 2 ** exponents[r]!;
    }),
  );
}
