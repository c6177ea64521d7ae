/** Words in a row: "lamp on, lamp off and music". */
export function inARow(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** More words than these are counted, not named. */
const MOST_NAMED = 4;

const takes = (count: number): string => (count === 1 ? '1 take' : `${count} takes`);

/** The sentences of the Teach screen. */
export const teachStrings = {
  title: 'Teach',
  sentence: {
    adapt: (model: string, words: readonly string[], takeCount: number) =>
      `From ${model}, teach ${inARow(words)} with ${takes(takeCount)}.`,
    scratch: (words: readonly string[], takeCount: number) =>
      `From nothing, teach ${inARow(words)} with ${takes(takeCount)}.`,
    adapting: (model: string, words: readonly string[], takeCount: number) =>
      `From ${model}, learning ${inARow(words)} with ${takes(takeCount)}.`,
    scratching: (words: readonly string[], takeCount: number) =>
      `From nothing, learning ${inARow(words)} with ${takes(takeCount)}.`,
  },
  oldListens: (model: string) => `${model} goes on listening until you have compared the two.`,
  atRisk: (model: string, words: readonly string[]) =>
    `${model} does not remember how its own words sounded in training, so it may hear ${words.length > MOST_NAMED ? `its other ${words.length} words` : inARow(words)} less well afterwards; record takes of those you need, too.`,
  problems: {
    'no-takes': {
      title: 'Nothing to teach yet.',
      advice: 'Record a few takes of each word that Heed should know; five are good, three are the least.',
    },
    'too-few-takes': {
      title: 'Too few takes yet.',
      advice: 'Three takes of a word are the least to learn from; five are good.',
    },
    'one-word': {
      title: 'One word alone cannot be learned.',
      advice: 'A model learns by telling sounds apart: record a second word, or sounds that are none.',
    },
  },
  toWords: 'Record takes',
  start: 'Start',
  pause: 'Pause',
  pausing: 'Pausing',
  resume: 'Go on',
  cancel: 'Cancel',
  again: 'Start again',
  dismiss: 'Leave it',
  words: 'Words',
  takesOf: (count: number, heldOut: number) => `${takes(count)}, ${heldOut} held out`,
  fewTakes: 'more takes would help',
  needs: (word: string, missing: number) => `${word} needs ${missing} more`,
  waiting: (sentences: readonly string[]) => `Not yet: ${sentences.join(', ')}.`,
  heldOutShare: (word: string, percent: string) => `${word}: ${percent} of its held-out takes are right`,
  noHeldOut: (word: string) => `${word}: not measured yet`,
  progress: 'Learning',
  preparing: 'Getting ready',
  pass: (pass: number, passes: number) => `Pass ${pass} of ${passes}`,
  stage: (stage: string, done: number, total: number) => `${stage}: ${done} of ${total}`,
  timeLeft: {
    unknown: 'Finding out how long it takes',
    seconds: 'A few seconds left',
    aboutSeconds: (seconds: number) => `About ${seconds} s left`,
    aboutMinutes: (minutes: number) => `About ${minutes} min left`,
  },
  paused: {
    adapt: 'Paused. Your takes are safe; adapting takes seconds, so it begins again when you go on.',
    scratch: 'Paused. Nothing that was learned is lost.',
  },
  interrupted: {
    adapt: 'Heed was closed in the middle of this. Your takes are safe; adapting takes seconds, and begins again.',
    scratch: 'Heed was closed in the middle of this. All but the last few seconds of it are kept.',
  },
  comparing: 'Comparing the new model with the old one',
  failed: 'This lesson did not work out.',
  charts: {
    loss: 'Loss',
    lossHint: 'How far off the answers are; lower is better.',
    accuracy: 'Right answers',
    accuracyHint: 'The held-out takes are new to the model: they show what it will do live.',
    training: 'training takes',
    heldOut: 'held-out takes',
    pass: 'Pass',
    waiting: 'The first pass is under way.',
    table: 'The curves as a table',
    columns: ['Pass', 'Loss', 'Held-out loss', 'Right', 'Held-out right'],
  },
  done: {
    title: 'The new model is ready.',
    nothingNew: 'The old model stays.',
    sentence: (clips: number, before: string, after: string) =>
      `Of ${takes(clips)} that it never learned from, the old model gets ${before} right and the new one ${after}.`,
    nothingHeldOut: 'The takes that were held out are gone, so the two models could not be compared.',
    worse: 'The old model does better on your takes, so keeping it is the safer choice.',
    equal: 'Both do equally well on your takes.',
    notImproved: 'The takes made it no better on those held out, so nothing was changed. More takes may help.',
    word: 'Word',
    old: (model: string) => `Old: ${model}`,
    new: 'New',
    of: (right: number, clips: number) => `${right} of ${clips}`,
    unknownToOld: 'does not know it',
    use: 'Use it',
    keep: 'Keep the old one',
  },
  used: {
    sentence: (model: string) => `${model} listens now.`,
    back: (model: string) => `Go back to ${model}`,
  },
  more: {
    title: 'More',
    method: 'Begin with',
    methods: { adapt: 'the model that listens', scratch: 'nothing' },
    methodHint:
      'The model that listens keeps its words and needs few takes. From nothing, only your own words are known.',
    heldOutShare: 'Takes held out',
    heldOutShareHint: 'Never learned from, so that they can tell how well the rest were learned.',
    depth: 'How far to adapt',
    depths: { light: 'a little', usual: 'as usual', deep: 'far' },
    depthHint: 'Further fits your voice better, and puts the words it knew already at more risk.',
    passes: 'Passes',
    passesHint: 'How often every take is heard, each time in other surroundings. Empty: as many as suit.',
    rate: 'Rate',
    rateHint: 'How large the steps of learning are at most. Too large and it never settles. Empty: what suits.',
    hidden: 'Hidden size',
    hiddenHint: 'Units that remember, in each layer. More can tell finer differences, and need more takes.',
    layers: 'Layers',
    layersHint: 'Each hears what the one below it made of the sound. One is enough for a few words.',
    automatic: 'as suits',
  },
} as const;
