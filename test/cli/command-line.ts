import { Writable } from 'node:stream';
import { onTestFinished, vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface Outcome {
  readonly exitCode: number;
  /** Lines of standard output. */
  readonly out: string[];
  /** Lines of standard error. */
  readonly error: string[];
}

/** Runs one command line in this process, with a home of its own. */
export async function heed(...words: string[]): Promise<Outcome> {
  vi.stubEnv('HEED_HOME', await temporaryFolder());
  vi.stubEnv('XDG_CACHE_HOME', await temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  const [out, error] = [new Collector(), new Collector()];
  const exitCode = await run(words, new Terminal(out, error));
  return { exitCode, out: out.lines(), error: error.lines() };
}

/** A stream that keeps what is written to it. */
export class Collector extends Writable {
  #text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#text += chunk.toString();
    done();
  }

  get text(): string {
    return this.#text;
  }

  lines(): string[] {
    return this.#text.split('\n').slice(0, -1);
  }
}
