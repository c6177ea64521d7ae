const takes = (count: number): string => (count === 1 ? '1 take' : `${count} takes`);

/** The forms in which a model can be handed on, by the engine's names for them. */
export const EXPORT_FORMS = ['clip', 'audio', 'stream', 'stream-audio'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

const exportForms: Readonly<Record<ExportForm, string>> = {
  clip: 'MFCC frames of one window in, posteriors out',
  audio: 'One second of sound in, posteriors out',
  stream: 'One MFCC frame after the other in, posteriors out',
  'stream-audio': 'Sound in as it comes, posteriors out',
};

/** What layers are made of, by the engine's names. */
const cells = {
  gru: 'GRU cells',
  'gru-reset-after': 'GRU cells that reset after the product',
  lstm: 'LSTM cells',
  mgu: 'minimal gated cells',
  rnn: 'simple recurrent cells',
} as const;

/** Every sentence of the Models screen. */
export const modelStrings = {
  title: 'Models',
  list: 'Models',
  unusable: (count: number) =>
    count === 1 ? '1 file here is no model that Heed can use:' : `${count} files here are no models that Heed can use:`,
  import: 'Import a model',
  inUse: 'In use',
  shipped: 'Came with Heed',
  own: 'Yours',
  madeOn: (date: string) => `saved ${date}`,
  wordCount: (count: number) => (count === 1 ? '1 word' : `${count} words`),
  score: (percent: string, clips: number) => `${percent} of ${clips} clips right`,
  noScore: 'Not measured yet',
  use: 'Use this model',
  used: (name: string) => `Heed listens with “${name}” now.`,
  rename: 'Rename',
  newName: 'New name',
  saveName: 'Save',
  duplicate: 'Duplicate',
  duplicated: (name: string) => `The copy is called “${name}”.`,
  delete: 'Delete',
  deleted: (name: string) => `“${name}” is in the trash. Ctrl+Z brings it back.`,
  whyNotDelete: 'The model that listens cannot be deleted; use another one first.',
  export: 'Export',
  exportTitle: 'Export as ONNX',
  exportForm: 'What goes in',
  exportForms,
  int8: 'Weights as 8-bit integers: little more than a quarter of the size, almost the same answers',
  fileOnly: 'The model alone, without examples that run in Python, Node and the browser',
  exportNow: 'Save the file',
  exporting: 'Writing the file and checking it in ONNX Runtime…',
  exported: (fileName: string, difference: string, int8: boolean) =>
    int8
      ? `${fileName} is saved. Rounding its weights changes a logit by ${difference} at most.`
      : `${fileName} is saved. ONNX Runtime and Heed agree on it within ${difference}.`,
  cancel: 'Cancel',
  words: 'Words',
  measured: 'How it scores',
  measuredOn: (what: string, clips: number) => `On ${what}, ${clips} clips`,
  word: 'Word',
  right: 'Right',
  overall: 'All together',
  made: 'How it was made',
  hears: 'What it hears, and how it decides',
  facts: {
    madeBy: 'Made by',
    trainedOn: 'Trained on',
    attribution: 'Recordings by',
    epochs: 'Passes over the recordings',
    seed: 'Seed',
    heedVersion: 'Heed version',
    file: 'File',
    size: 'Size',
    network: 'Network',
    frames: 'Frames',
    features: 'Features',
    decision: 'Decision',
  },
  network: (layers: number, cell: keyof typeof cells, units: number, parameters: string) =>
    `${layers === 1 ? 'one layer' : `${layers} layers`} of ${units} ${cells[cell]}, ${parameters} parameters`,
  frames: (count: number, hop: string, length: string) => `${count} frames, ${length} ms every ${hop} ms`,
  features: (coefficients: number, bands: number, hash: string) =>
    `${coefficients} MFCCs of ${bands} mel bands (${hash})`,
  decision: (step: number, smoothing: number, refractory: number) =>
    `every ${step} ms, averaged over ${smoothing} ms, then ${refractory} ms of rest`,
  compare: 'Compare',
  compareHint: 'Tries two models on every take of yours that counts.',
  compareWith: 'with',
  compareNow: 'Compare',
  comparing: (done: number, total: number) => `Trying both on your takes: ${done} of ${total}`,
  compared: (count: number) => `On ${takes(count)} of yours`,
  unknownWord: 'does not know it',
  rightOf: (right: number, all: number) => `${right} of ${all}`,
  noOther: 'There is no other model to compare with yet.',
  skipped: (count: number) => `${takes(count)} could not be read and were left out.`,
  importing: (name: string) => `Reading ${name}…`,
  imported: (name: string) => `The model “${name}” is here now.`,
  labelsMissing: 'Its labels, with commas between them, in the order of its outputs',
  importAgain: 'Import with these labels',
} as const;
