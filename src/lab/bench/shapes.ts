import { cellOf, type CellName } from '../../nn/cells/cell.ts';
import type { ClassifierShape } from '../../nn/network.ts';

/** A network and a batch on which programs are compared. */
export interface BenchShape {
  readonly name: string;
  readonly frameCount: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly classCount: number;
  /** Utterances in a training step and in a call of batch inference. */
  readonly batchSize: number;
}

/** A small recogniser of a dozen words, and a large one of all words of the Speech Commands set. */
export const BENCH_SHAPES: Readonly<Record<'A' | 'B', BenchShape>> = {
  A: { name: 'A', frameCount: 98, inputSize: 40, hiddenSize: 128, layerCount: 1, classCount: 12, batchSize: 64 },
  B: { name: 'B', frameCount: 98, inputSize: 40, hiddenSize: 256, layerCount: 2, classCount: 35, batchSize: 128 },
};

/** The network of a shape; its head sees the last state, as in the programs it is compared with. */
export function networkShape(shape: BenchShape, cell: CellName = 'gru'): ClassifierShape {
  const { inputSize, hiddenSize, layerCount, classCount } = shape;
  return { inputSize, hiddenSize, layerCount, classCount, cell, pooling: 'last' };
}

/**
 * Floating-point operations of the matrix products in training on one utterance; a multiply-add is two. For T frames,
 * H units and D inputs of a layer (I for the first, H for the others), each product takes 2 · 3H · columns a frame, 3 being the
 * gates of a GRU:
 *
 *     forward             W·[h, x]     D + H columns
 *     weight gradients    da·[h, x]ᵀ   D + H
 *     state gradient      Wᵀ·da        H
 *     input gradient      Wᵀ·da        D, except in the first layer: nobody asks for the gradient of the sound
 *
 * Activations, the head and the optimiser are left out, so that a share of the peak reckoned from this is never
 * flattered. Shape A takes 34.9 million, shape B 358.9 million.
 */
export function trainingFlops({
  frameCount,
  inputSize,
  hiddenSize,
  layerCount,
  cell = 'gru',
}: Omit<BenchShape, 'name' | 'classCount' | 'batchSize'> & Partial<BenchShape> & { readonly cell?: CellName }): number {
  let columns = 0;
  for (let layer = 0; layer < layerCount; layer++) {
    const layerInputs = layer === 0 ? inputSize : hiddenSize;
    columns += 2 * (layerInputs + hiddenSize) + hiddenSize + (layer === 0 ? 0 : layerInputs);
  }
  return frameCount * 2 * cellOf({ cell }).gates.length * hiddenSize * columns;
}
