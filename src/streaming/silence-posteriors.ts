import { SILENCE_LABEL } from '../model/model.ts';

/**
 * What is made of a window in which nothing is loud enough for a voice: silence, for certain. It spares the network most of
 * its work in a quiet room. Undefined where the model has no label for silence.
 *
 * @returns `[labels]`
 */
export function silencePosteriors(labels: readonly string[]): Float32Array | undefined {
  if (!labels.includes(SILENCE_LABEL)) return undefined;
  return Float32Array.from(labels, (label) => (label === SILENCE_LABEL ? 1 : 0));
}
