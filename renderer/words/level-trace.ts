/** The newest levels of what is being recorded, for drawing. */
export interface LevelTrace {
  /** `[TRACE_LENGTH]`, dBFS, a ring; the newest is at `(count − 1) % TRACE_LENGTH`. */
  readonly levels: Float32Array;
  readonly speaking: Uint8Array;
  readonly count: number;
  /** How long the take under way has lasted. */
  readonly elapsedMs: number;
  add(levelDb: number, elapsedMs: number, isSpeaking: boolean): void;
  clear(): void;
}

/** A level comes with each chunk of sound, some 30 a second: these are five seconds of them. */
export const TRACE_LENGTH = 160;
const QUIET_DB = -120;

export function createLevelTrace(): LevelTrace {
  const levels = new Float32Array(TRACE_LENGTH).fill(QUIET_DB);
  const speaking = new Uint8Array(TRACE_LENGTH);
  const trace = {
    levels,
    speaking,
    count: 0,
    elapsedMs: 0,
    add(levelDb: number, elapsedMs: number, isSpeaking: boolean) {
      levels[trace.count % TRACE_LENGTH] = levelDb;
      speaking[trace.count % TRACE_LENGTH] = isSpeaking ? 1 : 0;
      trace.count++;
      trace.elapsedMs = elapsedMs;
    },
    clear() {
      levels.fill(QUIET_DB);
      speaking.fill(0);
      trace.count = 0;
      trace.elapsedMs = 0;
    },
  };
  return trace;
}
