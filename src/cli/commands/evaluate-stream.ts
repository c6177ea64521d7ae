import type { StreamEvaluation } from '../../engine/contract/stream-calls.ts';
import { withEngine } from '../engine.ts';
import { columns, duration, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import { stopStreamsOnInterrupt } from '../stop-streams.ts';
import type { Terminal } from '../terminal.ts';

export interface EvaluateStreamOptions {
  readonly model?: string;
  readonly sweep?: true;
  readonly realCost?: true;
  readonly json?: true;
}

/** Measures a model on a long recording, as it would hear it live. */
export async function evaluateStream(
  files: { readonly wav: string; readonly truth: string },
  options: EvaluateStreamOptions,
  terminal: Terminal,
): Promise<void> {
  const { json, ...choices } = options;
  const evaluation = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    const forgetInterrupt = stopStreamsOnInterrupt(client);
    try {
      return await client.call('evaluateStream', { ...files, ...choices });
    } finally {
      forgetInterrupt();
    }
  });
  if (json) terminal.json(evaluation);
  else terminal.answer(streamTables(evaluation));
}

const milliseconds = (time: number | null): string => (time === null ? '–' : `${time.toFixed(0)} ms`);
const share = (rate: number | null): string => (rate === null ? '–' : percent(rate));

/** What was heard, in all, per word, and along the sweep where there is one. */
export function streamTables(evaluation: StreamEvaluation): string {
  const { hours, words, otherWords, perLabel, cpuShare, sweep } = evaluation;
  const figures = [
    ['detected', share(evaluation.detectionRate), `of ${words} words`],
    ['wrong label', share(evaluation.wrongRate)],
    ['fired on other words', share(evaluation.otherWordsFired), `of ${otherWords}`],
    ['false accepts an hour', evaluation.falseAcceptsPerHour.toFixed(1), `in ${duration(3_600_000 * hours)}`],
    ['fired twice', String(evaluation.doubleFires)],
    ['latency, median', milliseconds(evaluation.medianLatencyMs)],
    ['latency, 95 % within', milliseconds(evaluation.p95LatencyMs)],
    ...(cpuShare === undefined ? [] : [['processor', `${(100 * cpuShare).toFixed(2)} % of a core`]]),
  ];
  const perWord = Object.entries(perLabel).map(([label, { n, detected, wrong, falseAccepts }]) => [
    label,
    ...[n, detected, wrong, falseAccepts].map(String),
  ]);
  const parts = [columns(figures), columns([['', 'said', 'detected', 'wrong', 'false accepts'], ...perWord])];
  if (sweep) parts.push(sweepTable(sweep));
  return parts.join('\n\n');
}

function sweepTable(sweep: NonNullable<StreamEvaluation['sweep']>): string {
  return columns([
    ['threshold', 'detected', 'wrong', 'other words fired', 'false accepts/h', 'twice', 'median', '95 % within'],
    ...sweep.map((point) => [
      String(point.threshold),
      share(point.detectionRate),
      share(point.wrongRate),
      share(point.otherWordsFired),
      point.falseAcceptsPerHour.toFixed(1),
      String(point.doubleFires),
      milliseconds(point.medianLatencyMs),
      milliseconds(point.p95LatencyMs),
    ]),
  ]);
}
