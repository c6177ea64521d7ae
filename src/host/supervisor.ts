/** A started engine process, whatever started it. */
export interface SupervisedChild {
  /** Tells, once, that the process ended, and how, in a few words: "killed by SIGKILL". */
  onExit(listener: (how: string) => void): void;
}

export interface SupervisorOptions<Child extends SupervisedChild> {
  readonly spawn: () => Child;
  /** A process is there; `reason` is null for the first, and for a later one the sentence that tells what happened. */
  readonly onStarted: (child: Child, reason: string | null) => void;
  /** The process is gone and will be started again. */
  readonly onLost: (reason: string) => void;
}

/** A process that lived this long was well; one that did not may be unable to start, and is not started in a hurry. */
const HEALTHY_AFTER_MS = 5000;
const LONGEST_DELAY_MS = 10_000;

/**
 * Keeps one process running: starts it, and again whenever it ends, at once the first time, then with growing pauses
 * while it keeps dying young.
 *
 * @returns a function that ends the supervision; the process itself is the caller's to end
 */
export function supervise<Child extends SupervisedChild>(options: SupervisorOptions<Child>): () => void {
  const { spawn, onStarted, onLost } = options;
  let supervising = true;
  let youngDeaths = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const start = (reason: string | null): void => {
    const startedAtMs = performance.now();
    const child = spawn();
    child.onExit((how) => {
      if (!supervising) return;
      youngDeaths = performance.now() - startedAtMs < HEALTHY_AFTER_MS ? youngDeaths + 1 : 0;
      onLost(`The engine stopped unexpectedly (${how}).`);
      const restarted = `The engine stopped unexpectedly (${how}) and was started again.`;
      timer = setTimeout(() => start(restarted), restartDelayMs(youngDeaths));
    });
    onStarted(child, reason);
  };
  start(null);

  return () => {
    supervising = false;
    clearTimeout(timer);
  };
}

/** How long to wait before the next start, after so many early deaths in a row. */
export function restartDelayMs(youngDeaths: number): number {
  return youngDeaths <= 1 ? 0 : Math.min(250 * 2 ** (youngDeaths - 1), LONGEST_DELAY_MS);
}
