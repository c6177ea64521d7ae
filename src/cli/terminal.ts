/** Where a command writes: answers to standard output, everything said beside them to standard error. */
export class Terminal {
  readonly #out: NodeJS.WritableStream;
  readonly #error: NodeJS.WritableStream & { readonly isTTY?: boolean };
  #outputClosed = false;
  #statusShown = false;

  constructor(out: NodeJS.WritableStream, error: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
    this.#out = out;
    this.#error = error;
    out.on('error', (problem: NodeJS.ErrnoException) => {
      if (problem.code !== 'EPIPE') throw problem;
      this.#outputClosed = true;
    });
    error.on('error', () => undefined); // nobody is left to tell
  }

  /** Whether nobody reads the answers any more (`heed … | head`): no error, but no reason to go on answering. */
  get outputClosed(): boolean {
    return this.#outputClosed;
  }

  /** Whether standard error is a screen, on which a line can be overwritten. */
  get isLive(): boolean {
    return this.#error.isTTY === true;
  }

  /** One JSON value, on one line of standard output. */
  json(value: unknown): void {
    this.answer(JSON.stringify(value));
  }

  /** Lines for people on standard output. */
  answer(text: string): void {
    this.#clearStatus();
    if (!this.#outputClosed) this.#out.write(`${text}\n`);
  }

  /** A line for people on standard error. */
  say(text: string): void {
    this.#clearStatus();
    this.#error.write(`${text}\n`);
  }

  /** What went wrong or should be known, in one line on standard error. */
  problem(sentence: string): void {
    this.say(`heed: ${sentence.replace(/\s*\n\s*/g, ' ')}`);
  }

  /** A line that the next output replaces; shown on a screen only. */
  status(text: string): void {
    if (!this.isLive) return;
    this.#error.write(`\r\x1b[K${text}`);
    this.#statusShown = true;
  }

  #clearStatus(): void {
    if (this.#statusShown) this.#error.write('\r\x1b[K');
    this.#statusShown = false;
  }
}
