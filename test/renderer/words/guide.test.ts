import { describe, expect, it } from 'vitest';
import { guideSentence } from '../../../renderer/words/guide.ts';
import { waveformEnvelope } from '../../../renderer/words/paint-take.ts';
import type { RecorderState } from '../../../renderer/words/recorder.ts';
import type { Take, WordSummary } from '../../../src/engine/contract/words-schemas.ts';

const word = (takeCount: number): WordSummary => ({
  ...{ label: 'lamp on', kind: 'word', takeCount, leftOutCount: 0, missingTakes: Math.max(0, 5 - takeCount) },
});
const state = (phase: RecorderState['phase'], more: Partial<RecorderState> = {}): RecorderState => ({
  ...{ phase, label: 'lamp on', count: 0, newest: undefined, problem: undefined },
  ...more,
});

describe('the one sentence that says what to do next', () => {
  it('counts what is still to go', () => {
    expect(guideSentence(word(0), state('off'))).toBe('Press Space, then say “lamp on”.');
    expect(guideSentence(word(0), state('waiting'))).toBe('Say “lamp on”.');
    expect(guideSentence(word(2), state('waiting'))).toBe('Say “lamp on” again. Three to go.');
    expect(guideSentence(word(7), state('off'))).toContain('is ready');
  });

  it('says at once what is wrong with the newest take, and how to say it again', () => {
    const newest = { badges: [{ kind: 'sounds-like', word: 'left' }] } as unknown as Take;
    expect(guideSentence(word(3), state('pausing', { newest }))).toBe(
      'Sounds like “left”. Press R to say it again, or go on.',
    );
  });
});

describe('the waveform', () => {
  it('shows the lowest and the highest sample of each column, whatever the lengths', () => {
    expect([...waveformEnvelope(Float32Array.of(0, 1, -1, 0.5), 2)]).toEqual([0, 1, -1, 0.5]);
    expect([...waveformEnvelope(Float32Array.of(0.5), 2)]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...waveformEnvelope(new Float32Array(0), 1)]).toEqual([0, 0]);
  });
});
