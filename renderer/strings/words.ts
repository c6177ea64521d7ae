import type { TakeBadge } from '../../src/engine/contract/words-schemas.ts';
import type { OperationSummary } from '../../src/operation-summary.ts';
import { inARow } from './teach.ts';

/** More words than these are counted, not named. */
const MOST_NAMED = 4;

const takes = (count: number): string => (count === 1 ? '1 take' : `${count} takes`);
const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const inWords = (count: number): string => NUMBERS[count] ?? String(count);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Words by their names, or, where they are many, by their number. */
function quoted(labels: readonly string[]): string {
  if (labels.length > MOST_NAMED) return `${labels.length} words`;
  return inARow(labels.map((label) => `“${label}”`));
}

/** What was taken back, in one sentence. */
function undone({ kind, label, labels, to, takeCount }: OperationSummary): string {
  const many = takes(takeCount);
  switch (kind) {
    case 'add-word':
      return `Taken back: the new word “${label}”.`;
    case 'rename-word':
      return `“${to ?? ''}” is called “${label}” again.`;
    case 'merge-words':
      return `“${label}” is a word of its own again, with ${many}.`;
    case 'delete-word':
      return `“${label}” is back, with ${many}.`;
    case 'add-takes':
      return `Taken back: ${many} of ${quoted(labels ?? [label])}. The sound is in the trash.`;
    case 'move-takes':
      return `${capital(many)} moved back to “${label}”.`;
    case 'trim-take':
      return `The take of “${label}” is trimmed as before.`;
    case 'leave-out-takes':
      return takeCount === 1 ? `1 take of “${label}” counts again.` : `${many} of “${label}” count again.`;
    case 'take-back-takes':
      return takeCount === 1 ? `1 take of “${label}” is left out again.` : `${many} of “${label}” are left out again.`;
    case 'delete-takes':
      return takeCount === 1 ? `1 take of “${label}” is back.` : `${many} of “${label}” are back.`;
    case 'rename-model':
      return `The model “${to ?? ''}” is called “${label}” again.`;
    case 'duplicate-model':
      return `Taken back: the copy “${to ?? ''}” of the model “${label}”.`;
    case 'delete-model':
      return `The model “${label}” is back.`;
  }
}

const badgeNames: Readonly<Record<TakeBadge['kind'], string>> = {
  clipped: 'Clipped',
  'too-quiet': 'Too quiet',
  'cut-off': 'Cut off',
  'too-noisy': 'Too noisy',
  'sounds-like': 'Sounds like',
};

const badgeAdvice: Readonly<Record<TakeBadge['kind'], string>> = {
  clipped: 'It was too loud for the microphone. Speak softer or farther away.',
  'too-quiet': 'Speak louder, or closer to the microphone.',
  'cut-off': 'A part of the word is missing. Wait a moment before and after you speak.',
  'too-noisy': 'The room is nearly as loud as the word. Speak closer to the microphone.',
  'sounds-like': 'The model that listens takes it for another word. If you did say this one, keep it: it helps.',
};

/** Every sentence of the Words screen. */
export const wordStrings = {
  title: 'Words',
  takes,
  undone,
  nothingToUndo: 'There is nothing to take back.',
  unknown: 'Other words',
  background: 'Background noise',
  empty: {
    title: 'Which words should Heed learn?',
    text: 'Name your first word, then say it five times. Two or three words are a good beginning.',
  },
  add: {
    label: 'New word',
    placeholder: 'A word or two: lamp on',
    button: 'Add word',
  },
  grid: {
    label: 'Your words',
    teach: 'Teach them',
    record: 'Record',
    recordWord: (word: string) => `Record ${word}`,
    open: (word: string) => `Open ${word}`,
    missing: (count: number) => (count === 0 ? 'Ready' : `${count} more`),
    missingLong: (count: number) => (count === 0 ? 'ready to be taught' : `${takes(count)} more needed`),
    leftOut: (count: number) => `${count} left out`,
    unknownHint: 'What should not set off any of your words.',
    backgroundHint: 'Your room, while nobody speaks.',
    unusable: (count: number) =>
      count === 1 ? '1 file among your takes is no sound:' : `${count} files among your takes are no sound:`,
  },
  find: {
    label: 'Find a word',
    none: (sought: string) => `No word of yours has “${sought}” in it.`,
  },
  guide: {
    choose: 'Choose a word and say it.',
    needs: (word: string, count: number) => `“${word}” needs ${takes(count)} more. Choose it and press Space.`,
    allReady: 'All your words are ready: teach them, or add another.',
    begin: (word: string) => `Press Space, then say “${word}”.`,
    again: (word: string, missing: number) =>
      `Press Space, then say “${word}” again. ${capital(inWords(missing))} to go.`,
    enough: (word: string) => `“${word}” is ready. Space records more of it; more takes make it surer.`,
    opening: 'Opening the microphone.',
    counting: (word: string, count: number) => `Say “${word}” in ${count}.`,
    say: (word: string) => `Say “${word}”.`,
    sayAgain: (word: string, missing: number) =>
      missing > 0
        ? `Say “${word}” again. ${capital(inWords(missing))} to go.`
        : `Say “${word}” again, or press Space to stop.`,
    hold: (word: string) => `Hold Space and say “${word}”.`,
    speaking: 'Recording.',
    kept: 'Kept.',
    flawed: (badge: string) => `${badge}. Press R to say it again, or go on.`,
    background: 'Press Space, then let the room be heard for ten seconds. Do not speak.',
    backgroundRunning: 'Recording the room for ten seconds. Do not speak.',
    backgroundDone: 'Kept. A minute or two from different rooms and times is plenty.',
    unknown: 'Press Space, then say words that should not set anything off, one at a time.',
    unknownRunning: 'Say any other word.',
  },
  recording: {
    start: 'Record',
    stop: 'Stop',
    hold: 'Hold to talk',
    mode: 'How takes begin',
    modes: { automatic: 'By themselves', countdown: 'Countdown', held: 'Hold to talk' },
    again: 'Try again',
    restarted: 'The part of Heed that records was started again. Your takes are saved; go on recording.',
    level: 'Level of the microphone',
  },
  word: {
    back: 'All words',
    rename: 'Rename',
    name: 'Name of the word',
    save: 'Save',
    cancel: 'Cancel',
    merge: 'Merge into…',
    delete: 'Delete word',
    deleted: (word: string, count: number) =>
      `“${word}” and its ${takes(count)} are in the trash. Ctrl+Z brings them back.`,
    merged: (word: string, into: string) => `“${word}” is now part of “${into}”. Ctrl+Z takes that back.`,
    noTakes: 'No takes yet.',
    takes: 'Takes',
    more: 'More',
  },
  take: {
    name: (position: number, duration: string) => `Take ${position}, ${duration}`,
    play: 'Play',
    stop: 'Stop',
    retake: 'Retake',
    move: 'Move to…',
    delete: 'Delete',
    leaveOut: 'Leave out',
    takeIn: 'Count again',
    leftOut: 'Left out',
    resetTrim: 'Whole take',
    deleted: 'The take is in the trash. Ctrl+Z brings it back.',
    moved: (word: string) => `Moved to “${word}”. Ctrl+Z takes that back.`,
    trimStart: 'Start of the take',
    trimEnd: 'End of the take',
    trim: 'Part of the take that counts',
    wave: 'Waveform and spectrogram of the take',
    seconds: (ms: number) => `${(ms / 1000).toFixed(2)} s`,
    badge: ({ kind, word }: TakeBadge) => (word === undefined ? badgeNames[kind] : `${badgeNames[kind]} “${word}”`),
    advice: ({ kind }: TakeBadge) => badgeAdvice[kind],
  },
} as const;
