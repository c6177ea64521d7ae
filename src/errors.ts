/** Every way in which Heed says no. A code is stable and meant for programs; the message is meant for people. */
export type ErrorCode =
  | 'wav-format' // the file is not a WAV that can be read
  | 'zip-format' // not a zip that can be read, or damaged within
  | 'sound-invalid' // NaN or infinite samples, an impossible rate
  | 'file-missing'
  | 'file-unreadable'
  | 'file-unwritable' // includes a full disk
  | 'feature-settings' // settings that the feature recipe does not allow
  | 'feature-mismatch' // a model met features it was not trained with
  | 'shape-mismatch' // lengths and sizes that disagree
  | 'model-format' // not a model, torn, or lying about its sizes
  | 'model-unsupported' // a sound ONNX file that Heed cannot take
  | 'model-missing'
  | 'export-differs' // ONNX Runtime computes something else on an exported file than Heed does
  | 'labels-missing' // a network from elsewhere that does not name its outputs
  | 'dataset' // folders that cannot be trained or measured on
  | 'training-diverged'
  | 'checkpoint' // a checkpoint that does not belong to this run
  | 'cancelled'
  | 'busy' // the native core is at work on the same network or examples already
  | 'out-of-memory'
  | 'usage' // a call or a command line that makes no sense
  | 'in-use' // another Heed writes to the same folder
  | 'microphone-denied'
  | 'microphone-missing'
  | 'microphone-lost'
  | 'microphone-silent'
  | 'port-in-use'
  | 'engine-lost' // the engine's process went away; the shell restarts it
  | 'unauthorised'
  | 'internal';

/** An error that a person can understand: `message` is one clear sentence (what happened, what is safe, what to do). */
export class HeedError extends Error {
  override readonly name = 'HeedError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The given error as a HeedError; what is not one already becomes `internal`, with its message kept. */
export function asHeedError(error: unknown): HeedError {
  if (error instanceof HeedError) return error;
  return new HeedError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}
