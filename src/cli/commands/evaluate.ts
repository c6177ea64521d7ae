import type { Evaluation } from '../../engine/contract/schemas.ts';
import { withEngine } from '../engine.ts';
import { columns, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface EvaluateOptions {
  readonly model?: string;
  readonly maxUnknown?: number;
  readonly seed?: number;
  readonly split?: 'training' | 'validation' | 'testing';
  /** Where to write the list of clips whose labels the model disputes. */
  readonly disputed?: string;
  readonly json?: true;
}

/** Measures a model on a folder of labelled folders. */
export async function evaluate(folder: string, options: EvaluateOptions, terminal: Terminal): Promise<void> {
  const { json, ...choices } = options;
  const evaluation = await withEngine(terminal, (client) => {
    client.on('progress', showProgress(terminal));
    return client.call('evaluate', { folder, ...choices });
  });
  for (const { reason } of evaluation.skipped) terminal.problem(reason);
  if (choices.disputed !== undefined)
    terminal.say(`${choices.disputed}: ${evaluation.disputed.length} clips that the model hears as another label.`);
  if (json) terminal.json(evaluation);
  else terminal.answer(evaluationTable(evaluation));
}

/** Accuracy in all and per label, and which labels were taken for which. */
export function evaluationTable({ n, accuracy, perLabel, confusion }: Evaluation): string {
  const { labels, matrix } = confusion;
  const accuracies = Object.entries(perLabel).map(([label, of]) => [
    label,
    `${of.correct} of ${of.n}`,
    of.n > 0 ? percent(of.accuracy) : '–',
  ]);
  const rows = matrix
    .map((row, truth) => [labels[truth]!, ...row.map((count) => (count > 0 ? String(count) : '·'))])
    .filter((_, truth) => matrix[truth]!.some((count) => count > 0));
  return [
    `${percent(accuracy)} of ${n} clips`,
    columns(accuracies),
    'what was said (down) and what was heard (across):',
    columns([['', ...labels], ...rows]),
  ].join('\n\n');
}
