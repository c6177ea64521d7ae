import { UNSCORED, type NetworkShape } from '../../../nn/network.ts';
import type { Random } from '../../../random.ts';
import type { TaskBatch } from '../../../training/sequence-training.ts';

/** A classical test of how long a network remembers. */
export interface MemoryTask {
  readonly name: 'adding' | 'copy';
  readonly inputSize: number;
  readonly outputSize: number;
  readonly pooling: NetworkShape['pooling'];
  /** What an error is compared with: that of the best answer that remembers nothing. */
  readonly errorWithoutMemory: (length: number) => number;
  /** Draws a batch of sequences that must remember over so many frames. */
  readonly batch: (length: number, sequences: number, random: Random) => TaskBatch;
}

/**
 * The adding problem (Hochreiter & Schmidhuber 1997): each frame has a number from 0 to 1 and a mark, which is 1 at two
 * frames, one in either half; the answer at the end is the sum of the two marked numbers. Always saying 1 has a mean squared
 * error of 1/6.
 */
export const addingTask: MemoryTask = {
  name: 'adding',
  inputSize: 2,
  outputSize: 1,
  pooling: 'last',
  errorWithoutMemory: () => 1 / 6,
  batch: (length, sequences, random) => {
    const inputs = new Float32Array(sequences * length * 2);
    const values = new Float32Array(sequences);
    const half = Math.floor(length / 2);
    for (let b = 0; b < sequences; b++) {
      for (let t = 0; t < length; t++) inputs[2 * (b * length + t)] = random.next();
      for (const marked of [random.integer(half), half + random.integer(length - half)]) {
        const at = 2 * (b * length + marked);
        inputs[at + 1] = 1;
        values[b] = values[b]! + inputs[at]!;
      }
    }
    const lengths = new Int32Array(sequences).fill(length);
    return { batch: { inputs, lengths, frameCount: length }, targets: { loss: 'mean-squared-error', values } };
  },
};

const SYMBOLS = 8;
const COPIED = 5;

/**
 * The copy problem (Hochreiter & Schmidhuber 1997, in the form of Arjovsky et al. 2016): five symbols out of eight, then
 * blanks, then a mark at which the symbols have to be said again in their order. Guessing has a cross-entropy of ln 8 for each
 * of the five; the length is that of the blanks.
 */
export const copyTask: MemoryTask = {
  name: 'copy',
  inputSize: SYMBOLS + 2,
  outputSize: SYMBOLS,
  pooling: 'none',
  errorWithoutMemory: () => Math.log(SYMBOLS),
  batch: (length, sequences, random) => {
    const frameCount = length + 2 * COPIED;
    const size = SYMBOLS + 2;
    const inputs = new Float32Array(sequences * frameCount * size);
    const classes = new Int32Array(sequences * frameCount).fill(UNSCORED);
    for (let b = 0; b < sequences; b++) {
      const first = b * frameCount;
      for (let t = 0; t < frameCount; t++) {
        const symbol = random.integer(SYMBOLS);
        const marked = t >= COPIED + length;
        const channel = t < COPIED ? symbol : marked ? SYMBOLS + 1 : SYMBOLS;
        inputs[(first + t) * size + channel] = 1;
        if (t < COPIED) classes[first + COPIED + length + t] = symbol;
      }
    }
    const lengths = new Int32Array(sequences).fill(frameCount);
    return { batch: { inputs, lengths, frameCount }, targets: { loss: 'cross-entropy', classes } };
  },
};
