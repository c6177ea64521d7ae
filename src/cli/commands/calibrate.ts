import type { Calibration } from '../../engine/contract/stream-calls.ts';
import { HeedError } from '../../errors.ts';
import { withEngine } from '../engine.ts';
import { columns, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import { stopStreamsOnInterrupt } from '../stop-streams.ts';
import type { Terminal } from '../terminal.ts';

export interface CalibrateOptions {
  /** Recordings and truth files in turn. */
  readonly stream: string[];
  readonly falseAcceptsPerHour: number;
  readonly unfamiliarityWeight?: number;
  readonly out: string;
  readonly json?: true;
}

/** Writes a model with a threshold for each word, chosen on streams. */
export async function calibrate(model: string, options: CalibrateOptions, terminal: Terminal): Promise<void> {
  const { json, stream, ...choices } = options;
  if (stream.length % 2 !== 0)
    throw new HeedError('usage', 'Each --stream names two files: a recording, and the truth file that belongs to it.');
  const streams = stream.flatMap((wav, i) => (i % 2 === 0 ? [{ wav, truth: stream[i + 1]! }] : []));
  const calibration = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    const forgetInterrupt = stopStreamsOnInterrupt(client);
    try {
      return await client.call('calibrate', { model, streams, ...choices });
    } finally {
      forgetInterrupt();
    }
  });
  if (json) terminal.json(calibration);
  else terminal.answer(calibrationTable(calibration));
}

function calibrationTable({ out, thresholds, before, after }: Calibration): string {
  const missed = (of: { readonly n: number; readonly detected: number }): string =>
    of.n > 0 ? percent(1 - of.detected / of.n) : '–';
  const rows = Object.entries(after.perLabel).map(([label, now]) => {
    const then = before.perLabel[label]!;
    const counts = [missed(then), missed(now), String(then.falseAccepts), String(now.falseAccepts)];
    return [label, String(thresholds[label]), ...counts];
  });
  const head = ['', 'threshold', 'missed before', 'missed now', 'false accepts before', 'now'];
  const perHour = `${before.falseAcceptsPerHour.toFixed(1)} false accepts an hour before, ${after.falseAcceptsPerHour.toFixed(1)} now`;
  return [columns([head, ...rows]), `${out}: ${perHour}.`].join('\n\n');
}
