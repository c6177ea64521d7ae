import { availableParallelism } from 'node:os';
import type { CancelSignal } from '../../cancel.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape } from '../../nn/network.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import { createFmaPeak, peakKey } from '../bench/fma-peak.ts';
import { figure, medianOfRounds } from '../bench/figures.ts';
import { randomBatch, randomNormals, randomTargets } from '../bench/random-work.ts';
import { contenderPart, runRounds, type Contender } from '../bench/rounds.ts';
import type { BenchCompute } from '../bench/run-bench.ts';
import { trainingFlops } from '../bench/shapes.ts';

/** How fast one network trains and recognises on this machine. */
export interface CellSpeed {
  readonly trainedPerSecond: number;
  /** Of the multiply-add peak of all threads in the same round, 0…1; null where there is no native core. */
  readonly shareOfFmaPeak: number | null;
  /** One frame of live sound. */
  readonly frameMicroseconds: number;
}

const ROUNDS = 5;
const PAUSE_MS = 10;
const BATCH_SIZE = 64;
const FRAMES_PER_RUN = 100;

/**
 * Measures networks in turn, in rounds: what the machine does besides hits all alike.
 * @param frameCount of the sequences that are trained on
 * @param sliceMs how long each runs at each job in a round
 * @throws {HeedError} cancelled
 */
export async function measureSpeeds(
  shapes: readonly NetworkShape[],
  frameCount: number,
  sliceMs: number,
  { backend, core }: BenchCompute,
  signal: CancelSignal,
): Promise<CellSpeed[]> {
  const peak = core && createFmaPeak(core, availableParallelism());
  const contenders = shapes.map((shape, index) => ({
    training: trainingContender(shape, frameCount, `training ${index}`),
    streaming: streamingContender(shape, `streaming ${index}`),
  }));
  const samples = await runRounds(
    [
      ...(peak?.parts ?? []),
      ...contenders.flatMap(({ training, streaming }) => [contenderPart(training), contenderPart(streaming)]),
    ],
    { rounds: ROUNDS, sliceMs, pauseMs: PAUSE_MS },
    () => undefined,
    signal,
  );
  return shapes.map((shape, index) => {
    const [training, streaming] = [`training ${index}`, `streaming ${index}`];
    const flops = trainingFlops({ ...shape, frameCount });
    return {
      trainedPerSecond: figure(samples, training, 'per second'),
      shareOfFmaPeak: core
        ? medianOfRounds(
            samples,
            [training, peakKey('float32')],
            (seconds, perOperation) => (flops * perOperation) / seconds,
          )
        : null,
      frameMicroseconds: figure(samples, streaming, 'microseconds'),
    };
  });

  function trainingContender(shape: NetworkShape, frames: number, key: string): Contender {
    const { inputSize, classCount } = shape;
    const work = { ...shape, name: key, frameCount: frames, batchSize: BATCH_SIZE, inputSize, classCount };
    const trainer = backend
      .createNetwork(shape, initialiseParameters(shape, 1))
      .createTrainer(DEFAULT_TRAINER_SETTINGS);
    const [batch, targets] = [randomBatch(work), randomTargets(work)];
    return { key, itemsPerRun: BATCH_SIZE, run: async () => void (await trainer.step(batch, targets, 1e-3)) };
  }

  function streamingContender(shape: NetworkShape, key: string): Contender {
    const stream = backend.createNetwork(shape, initialiseParameters(shape, 1)).createStream();
    const frame = randomNormals(shape.inputSize);
    return {
      key,
      itemsPerRun: FRAMES_PER_RUN,
      run: () => {
        for (let i = 0; i < FRAMES_PER_RUN; i++) stream.step(frame);
      },
    };
  }
}
