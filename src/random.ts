/** A seeded source of random numbers; the same seed gives the same numbers everywhere. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number from 0 to count − 1. */
  integer(count: number): number;
  /** Normal with mean 0 and deviation 1 (Box–Muller). */
  normal(): number;
  /** Shuffles in place (Fisher–Yates). */
  shuffle<T>(items: T[]): void;
}

/**
 * A generator for one purpose: `seed` names the run, `stream` what it is used for ("epoch 3", "dropout"), so that no
 * two purposes share numbers and a resumed run needs no generator state.
 *
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded through the 32-bit finaliser of MurmurHash3.
 */
export function createRandom(seed: number, stream: string | number = 0): Random {
  let hash = (seed ^ 0x9e3779b9) >>> 0;
  for (const unit of String(stream)) hash = mix(hash ^ unit.codePointAt(0)!);
  let a = mix(hash + 1);
  let b = mix(hash + 2);
  let c = mix(hash + 3);
  let counter = 1;
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();

  const next = (): number => bits() / 4_294_967_296;
  const integer = (count: number): number => Math.floor(next() * count);
  return {
    next,
    integer,
    between: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [items[i], items[j]] = [items[j]!, items[i]!];
      }
    },
  };
}

/**
 * The random 32 bits number `index` of a key, or the key of a narrower purpose: a hash, so that none depends on those before
 * it and any can be had alone (MurmurHash3's finaliser over a Weyl sequence, as in SplitMix).
 *
 * @param key  32 bits, such as a draw of a generator's or what this function answers
 * @param index  a whole number from 0
 */
export function indexedBits(key: number, index: number): number {
  return mix(key ^ Math.imul(index + 1, 0x9e3779b9));
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
