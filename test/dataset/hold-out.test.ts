import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseHeldOut, heldOutCount } from '../../src/dataset/hold-out.ts';

describe('holding out takes of a word', () => {
  it.each([
    [0, 0],
    [2, 0],
    [3, 1],
    [5, 1],
    [10, 2],
    [15, 3],
  ])('of %i takes, a fifth: %i', (takes, heldOut) => {
    expect(heldOutCount(takes, 0.2)).toBe(heldOut);
  });

  it('leaves at least two to learn from, and chooses by the ids alone, not by their order', () => {
    const shares = fc.double({ min: 0.1, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 30 }), shares, (ids, share) => {
        const heldOut = chooseHeldOut(ids, share);
        expect(heldOut.size).toBe(heldOutCount(ids.length, share));
        if (ids.length >= 2) expect(ids.length - heldOut.size).toBeGreaterThanOrEqual(2);
        expect(chooseHeldOut([...ids].reverse(), share)).toEqual(heldOut);
      }),
    );
  });

  it('moves no more than one take to the other side when a take is added', () => {
    const ids = Array.from({ length: 20 }, (_, i) => `take-${i}`);
    for (let count = 3; count < 20; count++) {
      const before = chooseHeldOut(ids.slice(0, count), 0.2);
      const after = chooseHeldOut(ids.slice(0, count + 1), 0.2);
      expect([...before].filter((id) => !after.has(id)).length).toBeLessThanOrEqual(1);
    }
  });
});
