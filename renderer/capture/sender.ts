/** Sends chunks of sound on, with a bound on how much may be under way. */
export interface Sender {
  /** @param samples  `[samples]`; dropped when too much is under way already */
  send(samples: Float32Array): void;
  /** No more is sent, and nothing more is reported. */
  close(): void;
}

export interface SenderListener {
  /** Sound that was dropped since the last report, once per second of it at the most. */
  onDropped(seconds: number): void;
  /** A chunk was refused; nothing is sent after that. */
  onFailed(error: unknown): void;
}

/** How much sound may be on its way to the engine: enough for a hiccup, too little to be heard as a delay for long. */
export const MAX_IN_FLIGHT_SECONDS = 1.5;
const REPORT_SECONDS = 0.5;

/**
 * @param push  takes a chunk and answers when it was worked through
 * @param sampleRateHz  of the chunks
 */
export function createSender(
  push: (samples: Float32Array) => Promise<unknown>,
  sampleRateHz: number,
  listener: SenderListener,
): Sender {
  const limit = MAX_IN_FLIGHT_SECONDS * sampleRateHz;
  let inFlight = 0;
  let dropped = 0;
  let closed = false;

  const report = (): void => {
    if (dropped === 0) return;
    listener.onDropped(dropped / sampleRateHz);
    dropped = 0;
  };

  return {
    send(samples) {
      if (closed) return;
      if (inFlight + samples.length > limit) {
        dropped += samples.length;
        if (dropped >= REPORT_SECONDS * sampleRateHz) report();
        return;
      }
      report();
      inFlight += samples.length;
      push(samples).then(
        () => (inFlight -= samples.length),
        (error: unknown) => {
          if (closed) return;
          closed = true;
          listener.onFailed(error);
        },
      );
    },
    close() {
      closed = true;
    },
  };
}
