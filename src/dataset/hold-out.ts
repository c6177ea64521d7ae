import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** With fewer takes of a word none can be held out without losing what it is learned from. */
export const FEWEST_TO_HOLD_OUT = 3;

/**
 * How many of a word's takes are held out: its share, at least one, and never so many that fewer than two are left.
 * None of fewer than {@link FEWEST_TO_HOLD_OUT}.
 */
export function heldOutCount(takes: number, share: number): number {
  if (takes < FEWEST_TO_HOLD_OUT) return 0;
  return Math.min(takes - 2, Math.max(1, Math.round(share * takes)));
}

/**
 * Which of one word's takes are held out: those whose ids hash lowest, so that the choice depends on the ids alone, and
 * a new take seldom moves another to the other side.
 *
 * @param ids  of the takes of one word
 * @param share  0…1
 */
export function chooseHeldOut(ids: readonly string[], share: number): ReadonlySet<string> {
  const ranked = ids.map((id) => ({ id, hash: bytesToHex(sha256(utf8ToBytes(id))) }));
  ranked.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  return new Set(ranked.slice(0, heldOutCount(ids.length, share)).map(({ id }) => id));
}
