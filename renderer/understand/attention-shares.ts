import type { UnderstandClip } from '../../src/engine/contract/understand-schemas.ts';
import { frameShare, type TimeAxis } from './time-axis.ts';

type Attention = NonNullable<UnderstandClip['attention']>;

/** What each head takes of a stretch of the sound. */
export interface StretchShares {
  readonly fromMs: number;
  /** `[heads]`; over all stretches each head's add up to 1 */
  readonly shares: readonly number[];
}

/** Sums the weights over stretches of the time axis; a frame belongs to the one that its middle lies in. */
export function sharesByStretch({ heads, weights }: Attention, axis: TimeAxis, stretchMs: number): StretchShares[] {
  const stretches = Array.from({ length: Math.ceil(axis.durationMs / stretchMs) }, () => new Float64Array(heads));
  for (let frame = 0; frame < axis.frames; frame++) {
    const stretch = stretches[Math.floor((frameShare(axis, frame) * axis.durationMs) / stretchMs)]!;
    for (let head = 0; head < heads; head++) stretch[head] = stretch[head]! + weights[frame * heads + head]!;
  }
  return stretches.map((shares, index) => ({ fromMs: index * stretchMs, shares: [...shares] }));
}
