import { SEARCH_PARAMETERS, type SearchParameter } from '../../../lab/search/parameters.ts';
import { DEFAULT_SPACE, type Dimension } from '../../../lab/search/space.ts';
import type { LabParameter } from '../../contract/studio-lab-schemas.ts';

/** What a search tries of a parameter that it does not vary by itself. */
const OTHERS: Readonly<Record<string, string>> = {
  'clip-norm': '0.5..5',
  'unknown-weight': '1..10',
  'mel-bands': '24..40',
  coefficients: '10,13,20',
  'background-share': '0..0.9',
  'lowest-snr-db': '-5..10',
  'speed-range': '0..0.2',
  'shift-ms': '0..150',
  'tilt-range': '0..0.5',
  'low-pass-share': '0..0.5',
};

/** All that a search can vary, those first that it varies unless the user says otherwise. */
export function labParameters(): LabParameter[] {
  const usual = new Map(DEFAULT_SPACE.map((dimension) => [dimension.name, textOf(dimension)]));
  const all = Object.entries(SEARCH_PARAMETERS).map(([name, parameter]) => ({
    name,
    allowed: allowedText(parameter),
    usual: usual.get(name) ?? OTHERS[name] ?? everything(parameter),
    chosen: usual.has(name),
  }));
  return all.sort((a, b) => Number(b.chosen) - Number(a.chosen));
}

function textOf(dimension: Dimension): string {
  return 'values' in dimension ? dimension.values.join(',') : `${dimension.from}..${dimension.to}`;
}

function everything(parameter: SearchParameter): string {
  return parameter.kind === 'choice' ? parameter.options.join(',') : `${parameter.low}..${parameter.high}`;
}

function allowedText(parameter: SearchParameter): string {
  if (parameter.kind === 'choice') return parameter.options.join(' or ');
  return `${parameter.low} to ${parameter.high}${parameter.whole ? ', whole' : ''}`;
}
