import { describe, expect, it } from 'vitest';
import { reportTable } from '../../src/cli/commands/report.ts';

describe('the table of a report', () => {
  it('says of every figure whether its goal is met', () => {
    const lines = reportTable([
      { id: 'a', what: 'mean', value: 95.5, unit: '%', atLeast: 95.5 },
      { id: 'b', what: 'worst', value: 87.94, unit: '%', atLeast: 88 },
      { id: 'c', what: 'lost', value: 1.01, unit: 'points', atMost: 1 },
      { id: 'd', what: 'others', value: 40, unit: '%', seeds: [39, 40.04, 41] },
    ]);
    expect(lines).toEqual([
      'mean         95.5 %   goal: at least 95.5 %, met',
      'worst        87.9 %   goal: at least 88.0 %, not met',
      'lost     1.0 points   goal: at most 1.0 points, not met',
      'others       40.0 %   seeds: 39.0, 40.0, 41.0',
    ]);
  });
});
