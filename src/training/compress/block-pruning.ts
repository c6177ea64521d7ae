import type { NetworkShape } from '../../nn/network.ts';
import { parameterLayout, type FloatArray } from '../../nn/parameters.ts';

/** Units of a block: so many weights of one input stand in one register, and are skipped or multiplied together. */
export const BLOCK_UNITS = 16;

/** The share of zeros after some updates: `s·(1 − (1 − t / ramp)³)`, then s (Zhu & Gupta 2017, equation 1). */
export function sparsityAt(step: number, rampSteps: number, final: number): number {
  return step >= rampSteps ? final : final * (1 - (1 - step / rampSteps) ** 3);
}

/**
 * Sets the weakest blocks of the layers' weights to zero, in place. A block is what `BLOCK_UNITS` neighbouring units of a
 * gate take from one input; its strength is the root mean square of its weights (magnitude pruning, Han et al. 2015, by
 * blocks as Narang et al. 2017). The blocks of all layers compete; biases and the head stay.
 *
 * @param weights  of all parameters, in their layout
 * @param sparsity  the share of blocks that are to be zero
 */
export function pruneBlocks(weights: FloatArray, shape: NetworkShape, sparsity: number): void {
  const blocks = blocksOf(shape);
  const strengths = Float64Array.from(blocks, (block) => meanSquare(weights, block));
  const count = Math.round(sparsity * blocks.length);
  if (count === 0) return;
  const weakest = Uint32Array.from(blocks.keys()).sort((a, b) => strengths[a]! - strengths[b]! || a - b);
  for (const index of weakest.subarray(0, count)) {
    const { start, stride, length } = blocks[index]!;
    for (let row = 0; row < length; row++) weights[start + row * stride] = 0;
  }
}

/** The share of the layers' weights that lie in blocks of zeros. */
export function blockSparsity(weights: FloatArray, shape: NetworkShape): number {
  const blocks = blocksOf(shape);
  return blocks.filter((block) => meanSquare(weights, block) === 0).length / blocks.length;
}

/** A column of weights: of so many rows, each `stride` further. */
interface Block {
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

const known = new WeakMap<NetworkShape, readonly Block[]>();

function blocksOf(shape: NetworkShape): readonly Block[] {
  const cached = known.get(shape);
  if (cached) return cached;
  const blocks: Block[] = [];
  for (const { name, dimensions, offset } of parameterLayout(shape)) {
    if (!/^layers\..*\.weights$/.test(name)) continue;
    const [rows, columns] = dimensions as [number, number];
    for (let row = 0; row < rows; row += BLOCK_UNITS)
      for (let column = 0; column < columns; column++)
        blocks.push({
          start: offset + row * columns + column,
          stride: columns,
          length: Math.min(BLOCK_UNITS, rows - row),
        });
  }
  known.set(shape, blocks);
  return blocks;
}

function meanSquare(weights: FloatArray, { start, stride, length }: Block): number {
  let sum = 0;
  for (let row = 0; row < length; row++) sum += weights[start + row * stride]! ** 2;
  return sum / length;
}
