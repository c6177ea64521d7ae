import type { TeachStatus } from '../../src/engine/contract/teach-schemas.ts';
import { strings } from '../strings.ts';
import { timeLeft } from './time-left.ts';

/** How far a lesson is. */
export interface LessonStage {
  /** 0…1 */
  readonly share: number;
  readonly text: string;
  readonly timeLeft: string;
}

/** How far a lesson is, in words: reading its takes, learning, or comparing. */
export function lessonStage({ phase, progress, epochs }: TeachStatus): LessonStage {
  const text = strings.teach;
  const newest = epochs.at(-1);
  const passed = newest ? newest.epoch / newest.epochs : 0;
  const passText = newest ? text.pass(newest.epoch, newest.epochs) : text.preparing;
  if (phase !== 'learning') return { share: passed, text: passText, timeLeft: '' };
  if (newest && newest.epoch === newest.epochs) return { share: 1, text: text.comparing, timeLeft: '' };
  if (!progress) return { share: passed, text: passText, timeLeft: text.timeLeft.unknown };
  // Before the first pass there is reading to do, which says nothing of how long learning takes.
  if (!newest && progress.stage !== 'Training')
    return {
      share: 0,
      text: progress.done < progress.total ? text.stage(progress.stage, progress.done, progress.total) : text.preparing,
      timeLeft: text.timeLeft.unknown,
    };
  const share = progress.stage === 'Training' ? progress.done / Math.max(1, progress.total) : passed;
  return { share: Math.max(share, passed), text: passText, timeLeft: timeLeft(progress.remainingMs) };
}
