import { createStore, type Store } from '../store.ts';

/** Plays one sound at a time. */
export interface Player {
  /** The id of what plays now. */
  readonly playing: Store<string | undefined>;
  /** Plays a sound, in place of any other. */
  play(id: string, samples: Float32Array, sampleRateHz: number): Promise<void>;
  stop(): void;
  /** How much of what plays was played, in milliseconds; undefined where nothing plays. */
  positionMs(): number | undefined;
}

export function createPlayer(): Player {
  const playing = createStore<string | undefined>(undefined);
  let context: AudioContext | undefined;
  let source: AudioBufferSourceNode | undefined;
  let startedAt = 0;

  function stop(): void {
    if (source) {
      source.onended = null;
      source.stop();
      source = undefined;
    }
    playing.set(undefined);
  }

  return {
    playing,
    stop,
    positionMs: () => (source && context ? 1000 * Math.max(0, context.currentTime - startedAt) : undefined),
    async play(id, samples, sampleRateHz) {
      stop();
      context ??= new AudioContext();
      const buffer = context.createBuffer(1, Math.max(1, samples.length), sampleRateHz);
      buffer.copyToChannel(new Float32Array(samples), 0);
      const node = context.createBufferSource();
      node.buffer = buffer;
      node.connect(context.destination);
      node.onended = () => {
        source = undefined;
        playing.set(undefined);
      };
      source = node;
      playing.set(id);
      startedAt = context.currentTime;
      node.start();
      await context.resume();
    },
  };
}
