import type { CellName, LabJob, LabParameter } from '../../src/engine/contract/studio-lab-schemas.ts';

export type LabPage = 'compare' | 'search' | 'lighter' | 'examples';
export type LabExample = 'sentiment' | 'weather' | 'prices' | 'adding' | 'copy';
export type ClipSource = 'words' | 'folder';

export const CELLS: readonly CellName[] = ['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu'];

/** All that can be set in the Lab, as the user has it. */
export interface LabSettings {
  readonly page: LabPage;
  readonly example: LabExample;
  readonly clips: ClipSource;
  readonly seed: number;
  readonly compare: {
    readonly cells: readonly CellName[];
    readonly hidden: number;
    readonly passes: number;
    readonly seeds: number;
  };
  readonly search: {
    /** By the parameter's name: whether it is varied, and over what; as usual where nothing stands. */
    readonly space: Readonly<Record<string, { readonly varied: boolean; readonly values: string }>>;
    readonly method: 'grid' | 'random' | 'halving';
    readonly trials: number;
    readonly passes: number;
  };
  readonly lighter: { readonly modelId: string | undefined; readonly passes: number };
  readonly folds: number;
  readonly sentence: string;
  readonly memory: {
    readonly lengths: string;
    readonly cells: readonly CellName[];
    readonly steps: number;
    readonly hidden: number;
  };
}

export const INITIAL_LAB_SETTINGS: LabSettings = {
  ...{ page: 'compare', example: 'sentiment', clips: 'words', seed: 1, folds: 5, sentence: '' },
  compare: { cells: CELLS, hidden: 64, passes: 20, seeds: 3 },
  search: { space: {}, method: 'random', trials: 20, passes: 20 },
  lighter: { modelId: undefined, passes: 20 },
  memory: { lengths: '50,100,200', cells: CELLS, steps: 1000, hidden: 32 },
};

/** Whether a parameter is varied, and over what. */
export function dimensionOf(
  { name, chosen, usual }: LabParameter,
  space: LabSettings['search']['space'],
): { readonly varied: boolean; readonly values: string } {
  return space[name] ?? { varied: chosen, values: usual };
}

/** The search that is set: `hidden=32,64` and so on. */
export function searchJob(settings: LabSettings, parameters: readonly LabParameter[]): LabJob {
  const { space, ...rest } = settings.search;
  const dimensions = parameters
    .map((parameter) => ({ name: parameter.name, ...dimensionOf(parameter, space) }))
    .filter(({ varied }) => varied)
    .map(({ name, values }) => `${name}=${values.replace(/\s/g, '')}`);
  return { kind: 'search', clips: settings.clips, seed: settings.seed, space: dimensions, ...rest };
}

/** Whole numbers in a row, `50, 100`; undefined where something else stands there. */
export function wholeNumbers(text: string): number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => /^\d{1,6}$/.test(part)) ? parts.map(Number) : undefined;
}
