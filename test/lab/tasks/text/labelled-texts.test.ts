import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../../../src/errors.ts';
import { readLabelledTexts } from '../../../../src/lab/tasks/text/labelled-texts.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading labelled texts', () => {
  it('takes a line each, whatever ends it, and passes over empty ones', () => {
    expect(readLabelledTexts(bytes('Good.\t1\r\n\n"Bad", she\tsaid.\t0\n'), 'a.tsv')).toEqual([
      { text: 'Good.', label: 1 },
      { text: '"Bad", she\tsaid.', label: 0 },
    ]);
  });

  it('names the line that is not UTF-8', () => {
    const latin1 = Uint8Array.of(...bytes('Fine.\t1\nCaf'), 0xe9, ...bytes('.\t1\n'));
    expect(() => readLabelledTexts(latin1, 'a.tsv')).toThrow(/a\.tsv.*not text in UTF-8.*line 2/);
  });

  it.each([
    ['Good.', /line 1 does not end with a tab/],
    ['Good.\t1\nBad.\t2', /line 2 does not end with a tab/],
    ['\t1', /line 1 has a label but no text/],
    ['\n\n', /holds no line/],
  ])('refuses %j in a sentence', (content, sentence) => {
    expect(() => readLabelledTexts(bytes(content), 'a.tsv')).toThrow(sentence);
  });

  it('either reads any bytes or refuses them in a sentence of its own', () => {
    const line = fc.tuple(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\t', ' ', ''),
      fc.constantFrom('0', '1', 'x', ''),
    );
    const lines = fc
      .array(
        line.map((parts) => parts.join('')),
        { maxLength: 4 },
      )
      .map((all) => bytes(all.join('\n')));
    fc.assert(
      fc.property(fc.oneof(lines, fc.uint8Array({ maxLength: 40 })), (content) => {
        try {
          const texts = readLabelledTexts(content, 'a.tsv');
          expect(texts.every(({ text, label }) => text.trim() !== '' && (label === 0 || label === 1))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(HeedError);
          expect((error as HeedError).code).toBe('dataset');
        }
      }),
      { numRuns: 500 },
    );
  });
});
