import { withEngine } from '../engine.ts';
import { duration } from '../format.ts';
import { showProgress } from '../progress.ts';
import { stopStreamsOnInterrupt } from '../stop-streams.ts';
import type { Terminal } from '../terminal.ts';

export interface MakeStreamOptions {
  readonly out: string;
  readonly background?: string;
  readonly snr?: number;
  readonly minutes?: number;
  readonly labels?: string[];
  readonly every?: number;
  readonly seed?: number;
  readonly json?: true;
}

/** Makes a test stream and its truth file. */
export async function makeStream(folder: string, options: MakeStreamOptions, terminal: Terminal): Promise<void> {
  const { json, snr: snrDb, every: everySeconds, ...choices } = options;
  const { skipped, ...made } = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    const forgetInterrupt = stopStreamsOnInterrupt(client);
    try {
      return await client.call('makeStream', { folder, snrDb, everySeconds, ...choices });
    } finally {
      forgetInterrupt();
    }
  });
  for (const { reason } of skipped) terminal.problem(reason);
  if (json) terminal.json(made);
  else
    terminal.answer(
      `${made.wav}: ${duration(3_600_000 * made.hours)} with ${made.words} words; what is said when stands in ${made.truth}.`,
    );
}
