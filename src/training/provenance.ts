import { basename, resolve } from 'node:path';
import type { Provenance, Score } from '../model/model.ts';
import type { TrainRunSettings } from './settings.ts';
import type { TrainingSet } from './training-set.ts';
import type { ValidationScore } from './validation.ts';

/** How a model came to be, in words that name no folder of the user's beyond its last part. */
export function provenanceOf(settings: TrainRunSettings, set: TrainingSet, epochs: number): Provenance {
  const counts = new Map(set.plan.labels.map((label) => [label, 0]));
  for (const { word } of set.files) counts.set(set.plan.labelOf(word), counts.get(set.plan.labelOf(word))! + 1);
  const clips = [...counts].filter(([, count]) => count > 0).map(([label, count]) => `${label} ${count}`);
  return {
    heedVersion: settings.heedVersion,
    madeBy: withoutFolders(settings.command, pathsOf(settings)),
    trainedOn: `${clips.join(', ')} (clips in ${settings.folders.map(folderName).join(', ')})`,
    seed: settings.seed,
    epochs,
    attribution: settings.attribution ?? '',
    ...(settings.precision && settings.precision !== 'float32' ? { precision: settings.precision } : {}),
  };
}

/** What was measured, for the model file. */
export function scoreOf(settings: TrainRunSettings, score: ValidationScore): Score {
  return {
    measuredOn: settings.validation === undefined ? 'held-out speakers' : folderName(settings.validation),
    clipCount: score.clipCount,
    accuracy: score.accuracy,
    perLabel: score.perLabel,
  };
}

/**
 * A command line without what is private or of the moment: of paths only the last part is kept, and `--resume`, which
 * leads to the same model, is left out.
 * @param paths  those that the command names, since a path with spaces cannot be told from several words
 */
export function withoutFolders(command: string, paths: readonly string[]): string {
  const longestFirst = [...paths].sort((a, b) => b.length - a.length);
  return longestFirst
    .reduce((text, path) => text.replaceAll(path, folderName(path)), command)
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '--resume')
    .map((word) => word.replace(/^(--[\w-]+=)?.*[/\\](?=[^/\\])/, '$1').replace(/[/\\]+$/, ''))
    .join(' ');
}

function pathsOf({
  folders,
  out,
  validation,
  background,
  leaveOut,
  averageWith,
  teachers,
}: TrainRunSettings): string[] {
  return [
    ...folders,
    out,
    validation,
    averageWith,
    ...(teachers ?? []),
    ...(background ?? []),
    ...(leaveOut ?? []),
  ].filter((path) => path !== undefined);
}

function folderName(folder: string): string {
  return basename(resolve(folder));
}
