import { describe, expect, it } from 'vitest';
import { isLabelFolder, planLabels } from '../../src/dataset/labels.ts';

describe('planning labels', () => {
  it('takes every folder as a word where none is asked for, in alphabetical order, and adds silence', () => {
    expect(planLabels(['yes', 'no']).labels).toEqual(['no', 'yes', '_silence_']);
  });

  it('keeps the order asked for and makes the other folders unknown', () => {
    const plan = planLabels(['bed', 'no', 'yes', 'cat'], ['yes', 'no']);
    expect(plan.labels).toEqual(['yes', 'no', '_silence_', '_unknown_']);
    expect(plan.labelOf('cat')).toBe('_unknown_');
    expect(plan.labelOf('no')).toBe('no');
    expect(plan.labelOf('_silence_')).toBe('_silence_');
  });

  it('learns one word where there are others to tell it from', () => {
    expect(planLabels(['heed', 'other'], ['heed']).labels).toEqual(['heed', '_silence_', '_unknown_']);
    expect(planLabels(['heed', '_unknown_']).labels).toEqual(['heed', '_silence_', '_unknown_']);
  });

  it('does not list a word twice, nor its own labels as words', () => {
    expect(planLabels(['yes', 'no'], ['yes', 'yes', '_silence_', 'no']).words).toEqual(['yes', 'no']);
  });

  it('refuses a word that has no folder, and names it', () => {
    expect(() => planLabels(['yes', 'no'], ['yes', 'nope'])).toThrow(/“nope”/);
  });

  it('refuses a single label', () => {
    expect(() => planLabels(['yes', '_silence_'])).toThrow(/only one label, “yes”/);
  });

  it('refuses folders without any word', () => {
    expect(() => planLabels(['_silence_'])).toThrow(/nothing to learn from/);
  });

  it('refuses a label that is too long', () => {
    expect(() => planLabels(['a'.repeat(65), 'b'])).toThrow(/too long/);
  });

  it('knows which folders are labels', () => {
    const names = ['yes', '_silence_', '_unknown_', '_background_noise_', '.git', '_old'];
    expect(names.filter(isLabelFolder)).toEqual(['yes', '_silence_', '_unknown_']);
  });
});
