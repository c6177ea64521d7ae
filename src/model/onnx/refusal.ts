import { HeedError } from '../../errors.ts';

/** Names and values that come from a file must not break a message into lines, or a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** What a message calls the file: its name without the folders, and not endless. */
export function displayName(name: string): string {
  const base = oneLine(name.split(/[\\/]/).pop() || name);
  return base.length <= 100 ? base : `${base.slice(0, 97)}…`;
}

/**
 * For a file, of Heed's or to be imported, that is no model, is torn, or contradicts itself. Without a name: for a model that is
 * about to be saved.
 */
export function malformed(name: string | undefined, what: string, cause?: unknown): HeedError {
  if (name === undefined)
    return new HeedError(
      'model-format',
      `This model cannot be saved: ${oneLine(what)}. What was saved before is untouched.`,
      {
        cause,
      },
    );
  return new HeedError(
    'model-format',
    `${displayName(name)} cannot be used as a model: ${oneLine(what)}. Nothing was changed; choose an intact copy of it, or another model.`,
    { cause },
  );
}

/** For a sound ONNX file that is not a model of Heed's kind. */
export function unsupported(name: string, what: string): HeedError {
  return new HeedError(
    'model-unsupported',
    `${displayName(name)} is an ONNX file that Heed cannot run: ${oneLine(what)}. Nothing was changed; choose a model that Heed saved.`,
  );
}
