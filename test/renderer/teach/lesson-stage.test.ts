import { describe, expect, it } from 'vitest';
import { lessonStage } from '../../../renderer/teach/lesson-stage.ts';
import { timeLeft } from '../../../renderer/teach/time-left.ts';
import { epoch, LEARNING } from './teach-status.ts';

describe('how far a lesson is', () => {
  it('is the share of its steps, with the pass and the time left', () => {
    expect(lessonStage(LEARNING)).toEqual({ share: 0.2, text: 'Pass 2 of 10', timeLeft: 'About 2 min left' });
  });

  it('promises no time while takes are still read', () => {
    const reading = { stage: 'Reading clips', done: 5, total: 12, remainingMs: 30 };
    expect(lessonStage({ ...LEARNING, epochs: [], progress: reading })).toEqual({
      share: 0,
      text: 'Reading clips: 5 of 12',
      timeLeft: 'Finding out how long it takes',
    });
  });

  it('is getting ready once all is read, and before the first pass is over', () => {
    const read = { stage: 'Reading clips', done: 12, total: 12, remainingMs: 0 };
    expect(lessonStage({ ...LEARNING, epochs: [], progress: read })).toMatchObject({ share: 0, text: 'Getting ready' });
  });

  it('stands still, without a time, while paused', () => {
    expect(lessonStage({ ...LEARNING, phase: 'paused', progress: null })).toEqual({
      share: 0.2,
      text: 'Pass 2 of 10',
      timeLeft: '',
    });
  });

  it('is full once the last pass is over', () => {
    expect(lessonStage({ ...LEARNING, epochs: [epoch(10, 10)] })).toMatchObject({ share: 1, text: /Comparing/ });
  });
});

describe('the time left', () => {
  it.each([
    [null, 'Finding out how long it takes'],
    [4000, 'A few seconds left'],
    [23_000, 'About 20 s left'],
    [58_000, 'About 1 min left'],
    [200_000, 'About 3 min left'],
  ])('of %s ms is said as “%s”', (remainingMs, text) => {
    expect(timeLeft(remainingMs)).toBe(text);
  });
});
