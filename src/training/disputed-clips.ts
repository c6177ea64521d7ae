/** A clip that a model hears, with hardly a doubt, as something else than its label. */
export interface DisputedClip {
  /** `<folder>/<file>` */
  readonly file: string;
  readonly heard: string;
  /** The posterior of what was heard. */
  readonly score: number;
}

/** A model that has seen a clip under its label and still hears another with this posterior has a point. */
export const DISPUTED_ABOVE = 0.95;

/** The list of disputed clips as `train --leave-out` reads it, with the rule that made it on top. */
export function disputedList(disputed: readonly DisputedClip[], madeBy: string): string {
  const lines = [...disputed]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, heard, score }) => `${file} # heard as ${heard}, ${(100 * score).toFixed(1)} %`);
  return [
    `# Clips that a model, though it may have been trained on them, hears as another label with a posterior of`,
    `# ${DISPUTED_ABOVE} or more: most have a wrong label, or no word in them. Made by`,
    `#     ${madeBy}`,
    ...lines,
    '',
  ].join('\n');
}
