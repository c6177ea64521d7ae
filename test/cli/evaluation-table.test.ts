import { describe, expect, it } from 'vitest';
import { evaluationTable } from '../../src/cli/commands/evaluate.ts';

describe('evaluationTable', () => {
  it('shows accuracy in all, per label, and what was taken for what', () => {
    const table = evaluationTable({
      n: 5,
      accuracy: 0.8,
      perLabel: { yes: { n: 3, correct: 2, accuracy: 2 / 3 }, no: { n: 2, correct: 2, accuracy: 1 } },
      confusion: {
        labels: ['yes', 'no', '_unknown_'],
        matrix: [
          [2, 0, 1],
          [0, 2, 0],
          [0, 0, 0],
        ],
      },
      skipped: [],
      disputed: [],
    });
    expect(table).toBe(
      [
        '80.0 % of 5 clips',
        '',
        'yes  2 of 3   66.7 %',
        'no   2 of 2  100.0 %',
        '',
        'what was said (down) and what was heard (across):',
        '',
        '     yes  no  _unknown_',
        'yes    2   ·          1',
        'no     ·   2          ·',
      ].join('\n'),
    );
  });
});
