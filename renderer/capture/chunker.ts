/**
 * How many samples a chunk has at a given rate: the smallest power of two (a multiple of the audio system's 128) that
 * lasts at least 20 ms, and so less than 40 ms.
 */
export function chunkLength(sampleRateHz: number): number {
  let length = 128;
  while (length < 0.02 * sampleRateHz) length *= 2;
  return length;
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
