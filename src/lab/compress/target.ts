import { HeedError } from '../../errors.ts';

/** What a model is to be made as light as: a file of so many bytes at most, or so much time for a frame. */
export type CompressionTarget =
  { readonly kind: 'bytes'; readonly atMost: number } | { readonly kind: 'microseconds'; readonly atMost: number };

const UNITS: Readonly<Record<string, readonly [kind: CompressionTarget['kind'], factor: number]>> = {
  kb: ['bytes', 1000],
  mb: ['bytes', 1_000_000],
  us: ['microseconds', 1],
  µs: ['microseconds', 1],
  ms: ['microseconds', 1000],
};

/** Reads `300KB`, `1.5MB`, `20us` or `0.1ms`; a kilobyte has 1000 bytes. @throws {HeedError} usage */
export function parseTarget(text: string): CompressionTarget {
  const [, number, unit] = /^(\d+\.?\d*|\.\d+)\s*([a-zµ]+)$/i.exec(text.trim()) ?? [];
  const known = UNITS[unit?.toLowerCase() ?? ''];
  const atMost = Number(number) * (known?.[1] ?? Number.NaN);
  if (!known || !(atMost > 0))
    throw new HeedError(
      'usage',
      `“${text.slice(0, 40)}” is no target: name a size such as 300KB or 1.5MB, or a time for a frame such as 20us.`,
    );
  return { kind: known[0], atMost };
}

/** As people read it: `300,000 bytes`, `20.0 µs a frame`. */
export function amountText(kind: CompressionTarget['kind'], amount: number): string {
  return kind === 'bytes' ? `${Math.round(amount).toLocaleString('en')} bytes` : `${amount.toFixed(1)} µs a frame`;
}
