import type { SequenceBatch } from './network.ts';

/** Sequences worked through together: enough to share the loads of the weights, few enough for the processor's cache. */
export const SLICE_SEQUENCES = 16;

/** Cuts a batch into slices of at most `SLICE_SEQUENCES`, as views; `from` is a slice's first sequence. */
export function* slicesOf(
  batch: SequenceBatch,
  inputSize: number,
): Generator<{ readonly from: number; readonly batch: SequenceBatch }> {
  const { inputs, lengths, frameCount } = batch;
  const stride = frameCount * inputSize;
  for (let from = 0; from < lengths.length; from += SLICE_SEQUENCES) {
    const to = Math.min(from + SLICE_SEQUENCES, lengths.length);
    const slice = {
      inputs: inputs.subarray(from * stride, to * stride),
      lengths: lengths.subarray(from, to),
      frameCount,
    };
    yield { from, batch: slice };
  }
}
