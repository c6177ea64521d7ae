/** The names of the screens, and what those say that have nothing to show yet. */
export const screenStrings = {
  rail: {
    label: 'Screens',
    listen: 'Listen',
    words: 'Words',
    teach: 'Teach',
    understand: 'Understand',
    models: 'Models',
    lab: 'Lab',
    settings: 'Settings',
    keys: 'Keys',
    wordCount: (count: number) => (count === 1 ? '1 word' : `${count} words`),
  },
  screenProblem: {
    model: 'The model cannot be used',
    other: 'This cannot be shown now',
  },
  empty: {
    teach: {
      title: 'Nothing to teach yet',
      text: 'Record a few takes of a word of your own, and Heed can learn it here.',
      action: 'Record words',
    },
    understand: {
      title: 'Nothing to look into yet',
      text: 'Once a model was taught with your takes, you see here what it mistakes for what, and why.',
      action: 'Record words',
    },
    models: {
      title: 'Models',
      text: 'The model that came with Heed listens. Models that you teach will stand here beside it.',
      action: 'Record words',
    },
  },
} as const;
