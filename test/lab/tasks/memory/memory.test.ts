import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addingTask, copyTask } from '../../../../src/lab/tasks/memory/memory-tasks.ts';
import { UNSCORED } from '../../../../src/nn/network.ts';
import { createRandom } from '../../../../src/random.ts';
import { heed } from '../../../cli/command-line.ts';

beforeEach(() => void vi.stubEnv('HEED_THREADS', '1'));

describe('tests of memory', () => {
  it('ask in the adding problem for the sum of the two marked numbers, one in either half', () => {
    const made = addingTask.batch(10, 50, createRandom(1));
    if (!('batch' in made) || made.targets.loss !== 'mean-squared-error') throw new Error('wrong kind of task');
    const { inputs } = made.batch;
    made.targets.values.forEach((sum, b) => {
      const marked = Array.from({ length: 10 }, (_, t) => t).filter((t) => inputs[2 * (10 * b + t) + 1] === 1);
      expect(marked).toHaveLength(2);
      expect(marked[0]).toBeLessThan(5);
      expect(marked[1]).toBeGreaterThanOrEqual(5);
      expect(marked.reduce((total, t) => total + inputs[2 * (10 * b + t)]!, 0)).toBeCloseTo(sum, 6);
    });
  });

  it('ask in the copy problem for the five symbols in their order, and for nothing before', () => {
    const made = copyTask.batch(4, 3, createRandom(1));
    if (!('batch' in made) || made.targets.loss !== 'cross-entropy') throw new Error('wrong kind of task');
    const { inputs, frameCount } = made.batch;
    const classes = made.targets.classes;
    expect(frameCount).toBe(14);
    for (let b = 0; b < 3; b++) {
      const shown = Array.from({ length: 5 }, (_, t) =>
        inputs.subarray(10 * (14 * b + t), 10 * (14 * b + t) + 8).indexOf(1),
      );
      expect([...classes.subarray(14 * b, 14 * b + 9)]).toEqual(Array(9).fill(UNSCORED));
      expect([...classes.subarray(14 * b + 9, 14 * b + 14)]).toEqual(shown);
    }
  });

  it.each(['adding', 'copy'])('heed lab %s prints a row for each cell with a figure for each length', async (task) => {
    const { exitCode, out } = await heed(
      ...[
        'lab',
        task,
        '--lengths',
        '4,6',
        '--cells',
        'gru,gru-reset-after',
        '--steps',
        '30',
        '--hidden',
        '8',
        '--json',
      ],
    );
    expect(exitCode).toBe(0);
    const rows = out.map((line) => JSON.parse(line) as Record<string, number>);
    expect(rows).toHaveLength(2);
    for (const row of rows) for (const length of ['4', '6']) expect(row[length]).toBeGreaterThan(0);
  });
});
