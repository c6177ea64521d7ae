import { chunkLength, createChunker } from './chunker.ts';

// What the audio thread's global scope offers; TypeScript's DOM types do not cover it.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Hands the first channel of its input to the page, in chunks of 20 to 40 ms, and plays nothing. */
class CaptureProcessor extends AudioWorkletProcessor {
  readonly #take = createChunker(chunkLength(sampleRate), (chunk) => this.port.postMessage(chunk, [chunk.buffer]));

  process(inputs: Float32Array[][]): boolean {
    const channel = inputs[0]?.[0];
    if (channel) this.#take(channel);
    return true;
  }
}

registerProcessor('heed-capture', CaptureProcessor);
