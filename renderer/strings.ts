import type { ProblemKind } from './capture/state.ts';
import { importStrings } from './strings/import.ts';
import { labStrings } from './strings/lab.ts';
import { modelStrings } from './strings/models.ts';
import { settingsStrings } from './strings/settings.ts';
import { screenStrings } from './strings/screens.ts';
import { teachStrings } from './strings/teach.ts';
import { understandStrings } from './strings/understand.ts';
import { wordStrings } from './strings/words.ts';

/** The labels of what is no word; the engine's contract names them so. */
export const SILENCE = '_silence_';
export const UNKNOWN = '_unknown_';

/** What a problem says: its name in the header, what happened and what is safe, and what to do. */
export interface ProblemText {
  readonly status: string;
  readonly title: string;
  readonly advice: string;
}

const problems: Readonly<Record<ProblemKind, ProblemText>> = {
  denied: {
    status: 'Microphone blocked',
    title: 'Heed may not use the microphone.',
    advice:
      'Nothing was recorded. Allow the microphone for Heed in your system’s or browser’s settings, then try again.',
  },
  missing: {
    status: 'No microphone',
    title: 'No microphone was found.',
    advice: 'Nothing is lost. Plug one in: Heed starts listening as soon as it is there.',
  },
  busy: {
    status: 'Microphone in use',
    title: 'The microphone did not open.',
    advice: 'Nothing is lost. Another program may be holding it: close that program, or choose another microphone.',
  },
  lost: {
    status: 'Microphone gone',
    title: 'The microphone went away.',
    advice: 'What was heard is kept. Plug it in and Heed goes on, or choose another.',
  },
  silent: {
    status: 'Microphone silent',
    title: 'The microphone gives no sound at all.',
    advice: 'Nothing is lost. Check its mute switch and your sound settings, or choose another.',
  },
  'engine-lost': {
    status: 'Starting again',
    title: 'The part of Heed that recognises words stopped.',
    advice: 'Your settings and models are safe. It is being started again, and listening goes on by itself.',
  },
  model: {
    status: 'No model',
    title: 'The model that should listen cannot be used.',
    advice: 'Your takes and settings are safe. Choose another model to go on.',
  },
  refused: {
    status: 'Not listening',
    title: 'Heed could not start listening.',
    advice: 'Nothing is lost. Try again; if it stays so, start Heed anew.',
  },
};

/** Every sentence and name in the window. */
export const strings = {
  name: 'Heed',
  phase: { asleep: 'Asleep', starting: 'Starting', listening: 'Listening' },
  title: (status: string) => `${status} · Heed`,
  ...screenStrings,
  words: wordStrings,
  teach: teachStrings,
  understand: understandStrings,
  import: importStrings,
  models: modelStrings,
  lab: labStrings,
  header: {
    start: 'Start listening',
    startShort: 'Listen',
    stop: 'Stop listening',
    stopShort: 'Stop',
    level: 'Level',
  },
  microphone: {
    label: 'Microphone',
    systemDefault: (name: string) => (name === '' ? 'System default' : `System default: ${name}`),
    unnamed: (position: number) => `Microphone ${position}`,
    notConnected: 'Chosen microphone (not connected)',
    fellBack: (name: string) => `The microphone you chose is not connected. Heed listens through “${name}”.`,
    thisOne: 'the default microphone',
  },
  listen: {
    asleep: 'Asleep. Press Space to listen.',
    starting: 'Opening the microphone.',
    waiting: 'Say a word.',
    words: (words: readonly string[]) => words.join(', '),
    retry: 'Try again',
    chooseModel: 'Choose a model',
    silence: 'silence',
    other: 'other',
    soundPicture: 'The sound of the last six seconds, as the network sees it',
    emptyPicture: 'The last six seconds of sound appear here.',
    secondsAgo: (seconds: number) => (seconds === 0 ? 'now' : `−${seconds} s`),
    bars: 'Words',
    threshold: (word: string) => `Threshold for ${word}`,
    history: 'History',
    emptyHistory: 'Words that were heard appear here, each with its sound.',
    play: (word: string, time: string) => `Play ${word}, ${time}`,
    stopPlaying: (word: string, time: string) => `Stop ${word}, ${time}`,
    correction: {
      itWas: 'Wrong? It was…',
      nothing: 'Nothing',
      kept: (word: string) => `Kept as a take of “${word}”. Teach it, and Heed knows better.`,
      keptAsNothing: 'Kept among the other words. Teach it, and Heed knows better.',
    },
    announce: (word: string, percent: string) => `${word}, ${percent}`,
  },
  notices: {
    restarted:
      'The part of Heed that recognises words stopped and was started again. Listening goes on; nothing is lost.',
    restartedAsleep: 'The part of Heed that recognises words stopped and was started again. Nothing is lost.',
    dropped: (seconds: string) =>
      `This computer could not keep up: ${seconds} s of sound were skipped. Close other programs if this stays.`,
    dismiss: 'Dismiss',
    region: 'Messages',
  },
  settings: {
    title: 'Settings',
    microphoneHint: 'Heed listens through this microphone.',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark', contrast: 'High contrast' },
    ...settingsStrings,
    recordings: 'Recordings',
    recordingsHint: 'Bring in recordings that you have, or take all of yours along as a zip.',
    privacy: 'Privacy',
    privacyText: 'Audio never leaves this computer. Heed sends nothing over the network, and needs no account.',
    about: 'About',
    version: (version: string) => `Heed ${version}`,
  },
  keys: {
    title: 'Keys',
    close: 'Close',
    list: [
      ['Space', 'Start or stop listening; on a word, recording'],
      ['R', 'Say the newest take again'],
      ['Enter', 'Play the chosen take, or entry of the history'],
      ['Delete', 'Put the chosen take into the trash'],
      ['Esc', 'Stop recording; back to all words'],
      ['← →', 'Move the chosen threshold, or through the history'],
      ['Ctrl Z', 'Take the last change back'],
      ['/', 'Find a word of yours'],
      ['1 … 7', 'The screens, from Listen to Settings'],
      ['Ctrl ,', 'Settings'],
      ['?', 'This list'],
    ],
  },
  failure: {
    title: 'Heed could not start.',
    advice: 'Your settings and models are safe. Start Heed again.',
  },
  problems,
  /** The same of a recording, where another advice holds. */
  recordingAdvice: {
    missing: 'Nothing is lost. Plug one in, then try again.',
    lost: 'Your takes are saved. Plug it in, then try again, or choose another.',
  } as Partial<Record<ProblemKind, string>>,
} as const;
