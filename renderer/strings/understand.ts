import { inARow } from './teach.ts';

const takes = (count: number): string => (count === 1 ? '1 take' : `${count} takes`);

/** The sentences of the Understand screen. */
const gateName =
  (name: string) =>
  (layer: number, layers: number): string =>
    layers > 1 ? `${name} ${layer}` : name;

export const understandStrings = {
  title: 'Understand',
  listening: 'Listening to your takes',
  model: 'Model',
  of: 'Takes',
  ofs: { all: 'All takes', 'held-out': 'Held out' },
  noHeldOut: 'No lesson has held any take out yet.',
  summary: (right: string, count: number) => `${right} of ${takes(count)} are heard as the word they are.`,
  skipped: (count: number, reason: string) => `${takes(count)} could not be heard. The first: ${reason}`,
  matrix: {
    label: 'Words by what they were heard as',
    corner: 'Recorded as\u00a0↓ heard\u00a0as\u00a0→',
    cell: (word: string, answer: string, count: number) => `${word}, heard as ${answer}: ${takes(count)}`,
    row: (word: string) => `${word}: all its takes, and its threshold`,
    hint: 'A row is what was recorded, a column what was heard. Choose a number to see the takes behind it, or a word for its threshold.',
  },
  clips: {
    none: 'Choose a number of the table to see the takes behind it.',
    cell: (word: string, answer: string) => `${word}, heard as ${answer}`,
    word: (word: string) => `All takes of ${word}`,
    order: 'The least sure first.',
    empty: 'No takes here.',
    open: (word: string, position: number) => `Look into take ${position} of ${word}`,
    heardAs: (answer: string) => `as ${answer}`,
    play: (word: string, position: number) => `Play take ${position} of ${word}`,
    stop: (word: string, position: number) => `Stop take ${position} of ${word}`,
    relabel: 'It was…',
    relabelLabel: (word: string, position: number) => `Give take ${position} of ${word} to another word`,
    leaveOut: 'Leave out',
    takeBack: 'Take back in',
    leftOut: 'left out',
  },
  threshold: {
    label: (word: string) => `Threshold for ${word}`,
    sentence: (word: string, percent: string, missed: number, count: number, falseAlarms: number, others: number) =>
      `At ${percent}, ${missed} of ${takes(count)} of ${word} would be missed, and ${falseAlarms} of ${others} others heard as ${word}.`,
    chart: (word: string) => `Misses and false alarms of ${word} by threshold`,
    missed: 'missed',
    falseAlarms: 'false alarms',
    axis: 'Threshold',
    unknown: (word: string, model: string) =>
      `${model} does not know ${word}: teach it, and its threshold stands here.`,
    table: 'The curve as a table',
    columns: ['Threshold', 'Missed', 'False alarms'],
  },
  sheet: {
    back: 'Back to the matrix',
    title: (word: string) => `A take of ${word}`,
    answer: (model: string, answer: string, percent: string) => `${model} hears ${answer}, ${percent} sure.`,
    cut: (fromSeconds: string, toSeconds: string, ofSeconds: string) =>
      `The model hears its loudest part, from ${fromSeconds} s to ${toSeconds} s of ${ofSeconds} s.`,
    play: 'Play',
    stop: 'Stop',
    cursor: 'Moment',
    moment: (seconds: string, answer: string, percent: string) => `${seconds} s: ${answer}, ${percent}`,
    seconds: (seconds: string) => `${seconds} s`,
    rows: {
      waveform: {
        name: 'Waveform',
        text: 'How the air moved. Tall is loud; a flat line is silence.',
      },
      spectrogram: {
        name: 'Spectrogram',
        text: 'Which pitches sound when: low ones at the bottom, bright is loud.',
      },
      mfcc: {
        name: 'MFCC',
        text: 'What the network reads: the shape of the spectrum in a few numbers, the coarsest at the bottom. Bright is above its average, dark below.',
      },
      posteriors: {
        name: 'Posteriors',
        text: (lines: readonly string[]) =>
          `How sure it would be, were the sound to end there: ${inARow(lines)}; all others thin.`,
        line: (label: string, index: number) => `${label} (${['solid', 'dashed', 'dotted'][index]})`,
      },
      attention: {
        name: 'Attention',
        one: 'How much each moment counts for the answer: bright counts most. All moments together are 100 %.',
        several: (heads: number) =>
          `A strip for each of ${heads} heads, the first on top, each with its share of the units. Bright: the moment counts most for its part of the answer.`,
        table: 'Attention as a table',
        moment: (seconds: string) => `${seconds} s`,
        columns: (heads: number) =>
          heads === 1 ? ['From', 'Share'] : ['From', ...Array.from({ length: heads }, (_, i) => `Head ${i + 1}`)],
      },
      gates: {
        update: {
          name: gateName('Update gate'),
          text: 'A line for each unit. Bright: it takes in what it hears now. Dark: it holds on to what it knows.',
        },
        reset: {
          name: gateName('Reset gate'),
          text: 'Bright: what came before counts for what the unit makes of now. Dark: it looks at now alone.',
        },
        input: {
          name: gateName('Input gate'),
          text: 'A line for each unit. Bright: it writes what it hears now into its memory. Dark: it lets it pass.',
        },
        forget: {
          name: gateName('Forget gate'),
          text: 'Bright: the unit keeps its memory. Dark: it forgets.',
        },
        output: {
          name: gateName('Output gate'),
          text: 'Bright: the unit says what its memory holds. Dark: it keeps silent.',
        },
        single: {
          name: gateName('Gate'),
          text: 'A line for each unit. Bright: it takes in what it hears now. Dark: it holds on to what it knows.',
        },
      },
      noGates: {
        name: 'No gates',
        text: 'This network is of simple recurrent cells: they have no gates to look at, and make their whole state anew from frame to frame.',
      },
    },
  },
} as const;
