import type { ExampleMaker } from '../dataset/example-maker.ts';
import type { FeatureSettings } from '../features/settings.ts';
import type { Normaliser } from '../model/model.ts';
import type { Network } from '../nn/network.ts';
import { BatchBuffer } from './batch.ts';
import { StageProgress, type ProgressListener } from './progress.ts';

/** What answers with states, and what it hears. */
export interface StateSource {
  /** Answers with pooled states. */
  readonly network: Network;
  readonly maker: ExampleMaker;
  readonly normaliser: Normaliser;
  readonly features: FeatureSettings;
  readonly onProgress: ProgressListener;
}

const BATCH_SIZE = 64;

/**
 * Makes the examples of an epoch batch by batch, and gives each batch's states `[examples, H]`, with the place of its first, to
 * `visit`.
 *
 * @param stage  what is being done, in words
 */
export async function statesOfExamples(
  { network, maker, normaliser, features, onProgress }: StateSource,
  entries: Int32Array,
  epoch: number,
  stage: string,
  visit: (states: Float32Array, first: number) => void,
): Promise<void> {
  const progress = new StageProgress('train', stage, entries.length, onProgress);
  const buffer = new BatchBuffer(features, BATCH_SIZE);
  for (let first = 0; first < entries.length; first += BATCH_SIZE) {
    const slice = entries.subarray(first, first + BATCH_SIZE);
    const batch = buffer.batch(slice.length);
    await maker.make(slice, epoch, first, batch.inputs, normaliser);
    visit(Float32Array.from(await network.forwardAsync(batch)), first);
    progress.report(first + slice.length);
  }
}
