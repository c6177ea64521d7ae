import type { Model } from '../../model/model.ts';
import type { ComputeBackend } from '../../nn/network.ts';

const FRAMES = 400;
const ROUNDS = 7;

/** What a frame of live sound takes in the network alone, in microseconds: the median of some rounds. */
export function frameMicroseconds(
  { shape, parameters }: Pick<Model, 'shape' | 'parameters'>,
  backend: ComputeBackend,
): number {
  const stream = backend.createNetwork(shape, parameters).createStream();
  const frame = Float32Array.from({ length: shape.inputSize }, (_, i) => Math.sin(i));
  const rounds = Array.from({ length: ROUNDS }, () => {
    stream.reset();
    const startedMs = performance.now();
    for (let i = 0; i < FRAMES; i++) stream.step(frame);
    return (1000 * (performance.now() - startedMs)) / FRAMES;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
