import { HeedError } from '../../errors.ts';

/** What a message calls the file: its name without the folders, and not endless. */
export function displayName(name: string): string {
  const base = name.split(/[\\/]/).pop() || name;
  return base.length <= 100 ? base : `${base.slice(0, 97)}…`;
}

/** For a file that is no model, is torn, or contradicts itself. */
export function malformed(name: string, what: string, cause?: unknown): HeedError {
  return new HeedError(
    'model-format',
    `${displayName(name)} cannot be used as a model: ${what}. Nothing was changed; choose an intact file that Heed saved.`,
    { cause },
  );
}

/** For a sound ONNX file that is not a model of Heed's kind. */
export function unsupported(name: string, what: string): HeedError {
  return new HeedError(
    'model-unsupported',
    `${displayName(name)} is an ONNX file that Heed cannot run: ${what}. Nothing was changed; choose a model that Heed saved.`,
  );
}
