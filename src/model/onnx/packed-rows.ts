import { Buffer } from 'node:buffer';

/** 16 bits carry a state's statistics to four digits. */
const LARGEST = 32_767;

/** Rows of numbers as JSON can hold them: 16-bit integers, little-endian, in base64, and a power of two for each row. */
export interface PackedRows {
  /** `[rows]`: a number is its integer times 2 to this. */
  readonly exponents: number[];
  readonly integers: string;
}

/** Packs rows; unpacking and packing again gives the same. Finite numbers only. */
export function packRows(rows: readonly Float32Array[]): PackedRows {
  const exponents = rows.map((row) => {
    const largest = row.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
    return largest === 0 ? 0 : Math.ceil(Math.log2(largest / LARGEST));
  });
  const bytes = Buffer.alloc(2 * rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  rows.forEach((row, r) => {
    for (const value of row) {
      const integer = Math.round(value / 2 ** exponents[r]!);
      at = bytes.writeInt16LE(Math.max(-LARGEST, Math.min(LARGEST, integer)), at);
    }
  });
  return { exponents, integers: bytes.toString('base64') };
}

/** The rows of these lengths; undefined where they are not what was packed. */
export function unpackRows(
  { exponents, integers }: PackedRows,
  lengths: readonly number[],
): Float32Array[] | undefined {
  const bytes = Buffer.from(integers, 'base64');
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (exponents.length !== lengths.length || bytes.length !== 2 * total) return undefined;
  let at = 0;
  return lengths.map((length, r) =>
    Float32Array.from({ length }, () => {
      const integer = bytes.readInt16LE(at);
      at += 2;
      return integer * 2 ** exponents[r]!;
    }),
  );
}
