import type { FormsReport } from '../../engine/contract/forms.ts';
import { withEngine } from '../engine.ts';
import { percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface FormsOptions {
  readonly seconds?: number;
  readonly validation?: string;
  readonly json?: true;
}

/** Measures every form in which a model can be exported. */
export async function forms(model: string, options: FormsOptions, terminal: Terminal): Promise<void> {
  const { json, ...settings } = options;
  const report = await withEngine(terminal, (client) => {
    client.on('progress', showProgress(terminal));
    return client.call('forms', { model, ...settings });
  });
  if (json) terminal.json(report);
  else terminal.answer(formsTable(report));
}

/** The figures as a table in Markdown. */
export function formsTable({ forms, onnxRuntime, windowMs, hopMs, validation }: FormsReport): string {
  const largest = new Map(forms.filter(({ int8 }) => !int8).map(({ form, bytes }) => [form, bytes]));
  const rows = forms.map(({ form, int8, bytes, maxDifference, callMicroseconds, timeShare }) => {
    const share = int8 ? ` (${percent(bytes / largest.get(form)!)})` : '';
    const span = form.startsWith('stream') ? `${hopMs.toFixed(0)} ms` : `${(windowMs / 1000).toFixed(2)} s`;
    const name = int8 ? `\`${form} --int8\`` : `\`${form}\``;
    const cells = [
      name,
      `${(bytes / 1000).toFixed(0)} kB${share}`,
      maxDifference.toExponential(1),
      `${time(callMicroseconds)} for ${span}${int8 ? ` (${percent(timeShare)})` : ''}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const lines = [
    `| form | size | a logit differs by | ONNX Runtime ${onnxRuntime}, one thread |`,
    '|---|---|---|---|',
    ...rows,
  ];
  if (validation)
    lines.push(
      '',
      `On ${validation.clipCount} clips: ${hundredths(validation.float32Accuracy)} with float32 weights, ${hundredths(validation.int8Accuracy)} with 8 bits.`,
    );
  return lines.join('\n');
}

function time(microseconds: number): string {
  return microseconds < 1000 ? `${microseconds.toFixed(0)} µs` : `${(microseconds / 1000).toFixed(2)} ms`;
}

/** The two accuracies lie closer together than a tenth of a per cent shows. */
function hundredths(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
