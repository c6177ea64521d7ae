import type { ModelDescription } from '../../engine/contract/schemas.ts';
import { withEngine } from '../engine.ts';
import { percent } from '../format.ts';
import type { Terminal } from '../terminal.ts';

/** Says what a model file is. */
export async function inspect(file: string, options: { readonly json?: true }, terminal: Terminal): Promise<void> {
  const description = await withEngine(terminal, (client) => client.call('inspect', { file }));
  if (options.json) terminal.json(description);
  else terminal.answer(describe(description));
}

/** A model for people, a line for each thing. */
export function describe({ file, bytes, labels, features, featureHash, network, ...rest }: ModelDescription): string {
  const { decision, provenance, scores } = rest;
  const fields = (values: Record<string, string | number | boolean>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const { thresholds, ...timing } = decision;
  const { ranks, ...shape } = network;
  const lines = [
    ['file', `${file}, ${bytes.toLocaleString('en')} bytes`],
    ['labels', labels.join(' ')],
    ['features', `${featureHash}: ${fields(features)}`],
    ['network', fields(shape)],
    ...(ranks ?? []).map(({ input, recurrent }, layer) => [
      'ranks',
      `layer ${layer + 1}: ${fields({ W: input || 'whole', R: recurrent || 'whole' })}`,
    ]),
    ['decision', fields(timing)],
    ['thresholds', fields(thresholds)],
    ...Object.entries(provenance).map(([name, value]) => [name, String(value)]),
    ...scores.map((score) => [
      'score',
      `${percent(score.accuracy)} of ${score.clipCount} clips (${score.measuredOn}): ${Object.entries(score.perLabel)
        .map(([label, accuracy]) => `${label} ${percent(accuracy)}`)
        .join(', ')}`,
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => name!.length));
  return lines.map(([name, value]) => `${name!.padEnd(width)}  ${value}`).join('\n');
}
