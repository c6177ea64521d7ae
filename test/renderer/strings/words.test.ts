import { describe, expect, it } from 'vitest';
import { strings } from '../../../renderer/strings.ts';

describe('what was taken back', () => {
  const imported = (labels: string[]) =>
    strings.words.undone({ kind: 'add-takes', label: labels[0]!, labels, takeCount: 6 });

  it('names every word of an import', () => {
    expect(imported(['lamp on'])).toMatch('6 takes of “lamp on”.');
    expect(imported(['lamp on', 'music', 'stop'])).toMatch('6 takes of “lamp on”, “music” and “stop”.');
  });
  it('counts the words where they are too many to name', () => {
    expect(imported(['a', 'b', 'c', 'd', 'e'])).toMatch('6 takes of 5 words.');
  });
  it('knows an import from before words were written down', () => {
    expect(strings.words.undone({ kind: 'add-takes', label: 'stop', takeCount: 1 })).toMatch('1 take of “stop”.');
  });
});
