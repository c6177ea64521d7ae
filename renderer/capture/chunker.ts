/** What the audio system counts in: it hands sound over in blocks of so many samples. */
const BLOCK_LENGTH = 128;
/** Each chunk is a message there and an answer back, and a repaint: shorter ones cost more than they show. */
const CHUNK_MS = 32;

/** How many samples a chunk has at a given rate: the fewest whole blocks that last 32 ms. */
export function chunkLength(sampleRateHz: number): number {
  return BLOCK_LENGTH * Math.ceil((sampleRateHz * CHUNK_MS) / 1000 / BLOCK_LENGTH);
}

/**
 * Gathers the audio system's short blocks into chunks worth a message.
 * @param length  samples of a chunk
 * @param emit  receives each full chunk, a new array every time
 * @returns what takes a block `[samples]`, of any length; it is copied
 */
export function createChunker(length: number, emit: (chunk: Float32Array) => void): (block: Float32Array) => void {
  let chunk = new Float32Array(length);
  let filled = 0;
  return (block) => {
    let taken = 0;
    while (taken < block.length) {
      const count = Math.min(block.length - taken, length - filled);
      chunk.set(block.subarray(taken, taken + count), filled);
      filled += count;
      taken += count;
      if (filled < length) continue;
      emit(chunk);
      chunk = new Float32Array(length);
      filled = 0;
    }
  };
}
