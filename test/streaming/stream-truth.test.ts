import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../src/errors.ts';
import { readStreamTruth } from '../../src/streaming/stream-truth.ts';

const read = (text: string) => readStreamTruth(text, 't.tsv', 60_000);

describe('readStreamTruth', () => {
  it('reads rows in any order into order of time', () => {
    expect(read('2.5\tno\n0.125\tyes\n')).toEqual([
      { timeMs: 125, label: 'yes', line: 2 },
      { timeMs: 2500, label: 'no', line: 1 },
    ]);
  });

  it('takes an empty file for a stream in which nothing is said', () => {
    expect(['', '\n\r\n', '\uFEFF'].map(read)).toEqual([[], [], []]);
  });

  it('takes any line ends, a byte order mark, and letters of any language', () => {
    expect(read('\uFEFF1\tنعم\r\n\r\n3\tdeux mots\r').map(({ label, line }) => [label, line])).toEqual([
      ['نعم', 1],
      ['deux mots', 3],
    ]);
  });

  it.each([
    ['1.0 yes', /Line 2 .*0 tabs/],
    ['1.0\tyes\tagain', /Line 2 .*2 tabs/],
    ['\tyes', /Line 2 .*no time/],
    ['-1\tyes', /Line 2 .*“-1”, which is no time/],
    ['1e3\tyes', /Line 2 .*no time/],
    ['NaN\tyes', /Line 2 .*no time/],
    ['0x10\tyes', /Line 2 .*no time/],
    ['99999999999999999999\tyes', /Line 2 .*no time/],
    ['1.0\t ', /Line 2 .*no label/],
    ['1.0\tye\u0000s', /Line 2 .*which no model can have/],
    [`1.0\t${'y'.repeat(65)}`, /Line 2 .*“y{40}…”/],
    ['60.1\tyes', /Line 2 .*ends at 60\.0 s: the two files do not belong together/],
  ])('refuses %j, naming its line', (row, message) => {
    expect(() => read(`1.0\tno\n${row}\n2.0\tno`)).toThrow(
      expect.objectContaining({ code: 'dataset', message: expect.stringMatching(message) as string }),
    );
  });

  it('reads or refuses any text, and never lets in a time or a label that could not be', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.constantFrom('\ufeff', '\u2028', '\ud800', '\t', '\n', '1.5', 'yes', '9'.repeat(400)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          for (const { timeMs, label } of read(pieces.join(''))) {
            expect(timeMs >= 0 && timeMs <= 60_000).toBe(true);
            expect(label.length >= 1 && label.length <= 64).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(HeedError);
          expect(error).toMatchObject({
            code: 'dataset',
            message: expect.stringMatching(/^Line \d+ of t\.tsv /) as string,
          });
          expect((error as HeedError).message.length).toBeLessThan(400);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
