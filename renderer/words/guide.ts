import type { WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { UNKNOWN, strings } from '../strings.ts';
import type { RecorderState } from './recorder.ts';
import { BACKGROUND } from './word-name.ts';

/** The one sentence that says what to do next. */
export function guideSentence(word: WordSummary, { phase, count, newest, problem }: RecorderState): string {
  const text = strings.words.guide;
  const { label, missingTakes, takeCount } = word;
  if (phase === 'problem') return problem ?? '';
  if (phase === 'opening') return text.opening;
  if (label === BACKGROUND) {
    if (phase !== 'off') return text.backgroundRunning;
    return newest ? text.backgroundDone : text.background;
  }
  if (label === UNKNOWN) return phase === 'off' ? text.unknown : text.unknownRunning;
  switch (phase) {
    case 'off':
      if (takeCount === 0) return text.begin(label);
      return missingTakes > 0 ? text.again(label, missingTakes) : text.enough(label);
    case 'counting':
      return text.counting(label, count);
    case 'ready':
      return text.hold(label);
    case 'speaking':
      return text.speaking;
    case 'pausing': {
      const badge = newest?.badges[0];
      return badge ? text.flawed(strings.words.take.badge(badge)) : text.kept;
    }
    case 'waiting':
      return takeCount === 0 ? text.say(label) : text.sayAgain(label, missingTakes);
  }
}
