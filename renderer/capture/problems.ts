import { type ErrorCode, HeedError } from '../../src/errors.ts';
import type { Problem } from './state.ts';

/** The microphone that was asked for by its id is not there; another may be. */
export function isChosenMicrophoneMissing(error: unknown): boolean {
  return errorName(error) === 'OverconstrainedError';
}

/**
 * What kept the microphone from opening, in Heed's terms.
 * @see Media Capture and Streams, getUserMedia(), for the names that browsers give
 */
export function microphoneProblem(error: unknown): Problem {
  switch (errorName(error)) {
    case 'NotAllowedError':
    case 'SecurityError':
      return { kind: 'denied' };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return { kind: 'missing' };
    case 'NotReadableError':
    case 'AbortError':
      return { kind: 'busy' };
    default:
      return { kind: 'refused', detail: errorMessage(error) };
  }
}

/** What kept the engine from listening, in Heed's terms; the engine's sentences are kept. */
export function engineProblem(error: unknown): Problem {
  if (error instanceof HeedError && error.code === 'engine-lost') return { kind: 'engine-lost' };
  return { kind: concernsModel(error) ? 'model' : 'refused', detail: errorMessage(error) };
}

const MODEL_CODES: readonly ErrorCode[] = ['model-missing', 'model-format', 'model-unsupported', 'feature-mismatch'];

/** Whether the model is what is in the way, so that another one is the way out. */
export function concernsModel(error: unknown): boolean {
  return error instanceof HeedError && MODEL_CODES.includes(error.code);
}

function errorName(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
