/** A sound decoded by the browser: one channel. */
export interface DecodedSound {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}

/** Decoders give out sound at one rate: high enough to lose nothing that Heed hears, which resamples it itself. */
const DECODED_RATE_HZ = 48_000;

/**
 * Decodes MP3, OGG, WebM, FLAC, M4A: whatever this browser knows. Channels are averaged.
 * @throws {DOMException} EncodingError where it does not know it, or the file is damaged
 */
export async function decodeSound(bytes: ArrayBuffer): Promise<DecodedSound> {
  const buffer = await new OfflineAudioContext(1, 1, DECODED_RATE_HZ).decodeAudioData(bytes);
  const samples = new Float32Array(buffer.length);
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    const from = buffer.getChannelData(channel);
    for (let i = 0; i < samples.length; i++) samples[i]! += from[i]! / buffer.numberOfChannels;
  }
  return { samples, sampleRateHz: buffer.sampleRate };
}
