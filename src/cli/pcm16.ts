/**
 * Samples ±1 of raw sound, 16 bit little endian, one channel, in chunks of any number of bytes. A byte that is left over
 * at the end is dropped.
 */
export async function* pcm16Samples(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Float32Array> {
  let oddByte: number | undefined;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (oddByte !== undefined) {
      bytes = new Uint8Array(chunk.length + 1);
      bytes[0] = oddByte;
      bytes.set(chunk, 1);
    }
    oddByte = bytes.length % 2 === 1 ? bytes[bytes.length - 1] : undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = new Float32Array(bytes.length >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 0x8000;
    if (samples.length > 0) yield samples;
  }
}
