import { describe, expect, it } from 'vitest';
import { layOutMatrix } from '../../../renderer/understand/matrix-layout.ts';
import { createUnderstand, selectedTakes } from '../../../renderer/understand/understand.ts';
import type { UnderstandMatrix } from '../../../src/engine/contract/understand-schemas.ts';
import { createFakeEngine } from '../fake-engine.ts';

const curve = (label: string) => ({ label, threshold: 0.8, takes: 2, others: 3, points: [] });
const MATRIX: UnderstandMatrix = {
  modelId: 'heed-en',
  labels: ['yes', 'no', '_silence_', 'lamp'],
  matrix: [
    [2, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 0, 2, 0],
  ],
  takes: [
    { takeId: 'a', word: 'lamp', answer: 'yes', score: 0.4, leftOut: false, recordedAt: 1 },
    { takeId: 'b', word: 'yes', answer: 'yes', score: 0.6, leftOut: false, recordedAt: 2 },
    { takeId: 'c', word: 'lamp', answer: '_silence_', score: 0.7, leftOut: false, recordedAt: 3 },
  ],
  curves: [curve('yes'), curve('no')],
  skipped: [],
  heldOutCount: 0,
};

describe('the layout of the matrix', () => {
  it('shows what was recorded against what was heard, and no word that has no part in it', () => {
    const { columns, rows, right, total } = layOutMatrix(MATRIX);
    expect(rows.map(({ word }) => word)).toEqual(['lamp', 'yes']);
    expect(columns).toEqual(['yes', '_silence_']);
    expect(rows[0]!.cells).toEqual([
      { answer: 'yes', count: 1, share: 1 / 3, isRight: false },
      { answer: '_silence_', count: 2, share: 2 / 3, isRight: false },
    ]);
    expect([right, total]).toEqual([2, 5]);
  });

  it('is empty without any take', () => {
    const matrix = MATRIX.matrix.map((row) => row.map(() => 0));
    expect(layOutMatrix({ ...MATRIX, matrix })).toEqual({ columns: [], rows: [], right: 0, total: 0 });
  });
});

describe('looking into a model', () => {
  function setUp() {
    const engine = createFakeEngine();
    const thresholds: unknown[] = [];
    engine.handle({ 'understand.matrix': () => MATRIX, 'takes.move': () => ({}), 'takes.leaveOut': () => ({}) });
    const understand = createUnderstand(
      engine,
      (error) => expect.fail(String(error)),
      (...change) => thresholds.push(change),
    );
    return { engine, understand, thresholds };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

  it('shows the takes behind a cell, or of a word', () => {
    const ids = (answer?: string) => selectedTakes(MATRIX.takes, { word: 'lamp', answer }).map(({ takeId }) => takeId);
    expect(ids('yes')).toEqual(['a']);
    expect(ids()).toEqual(['a', 'c']);
  });

  it('hears the takes anew when they change, but not before anybody has looked', async () => {
    const { engine, understand } = setUp();
    engine.emit('words.changed', {});
    await settled();
    expect(engine.inputsOf('understand.matrix')).toEqual([]);
    await understand.refresh();
    engine.emit('words.changed', {});
    await settled();
    expect(engine.inputsOf('understand.matrix').length).toBe(2);
  });

  it('asks for the model and the takes that were chosen, as long as the model is there', async () => {
    const { engine, understand } = setUp();
    understand.show({ modelId: 'heed-en', of: 'held-out' });
    await settled();
    understand.show({ modelId: 'gone' });
    await settled();
    expect(engine.inputsOf('understand.matrix')).toEqual([{ modelId: 'heed-en', of: 'held-out' }, { of: 'held-out' }]);
  });

  it('shows a threshold while it moves, and keeps it once it stands', async () => {
    const { engine, understand, thresholds } = setUp();
    await understand.refresh();
    understand.setThreshold('yes', 0.5, false);
    expect(understand.matrix.get()!.curves[0]!.threshold).toBe(0.5);
    expect(engine.inputsOf('listen.threshold')).toEqual([]);
    understand.setThreshold('yes', 0.55, true);
    await settled();
    expect(engine.inputsOf('listen.threshold')).toEqual([{ modelId: 'heed-en', label: 'yes', threshold: 0.55 }]);
    expect(thresholds).toEqual([['heed-en', 'yes', 0.55]]);
  });

  it('gives takes to another word, and leaves them out, by the calls that can be undone', async () => {
    const { engine, understand } = setUp();
    await understand.relabel('a', 'yes');
    await understand.leaveOut('c', true);
    expect(engine.inputsOf('takes.move')).toEqual([{ ids: ['a'], label: 'yes' }]);
    expect(engine.inputsOf('takes.leaveOut')).toEqual([{ ids: ['c'], leftOut: true }]);
  });
});
