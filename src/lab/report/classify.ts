import { SILENCE_LABEL, UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import type { Take } from '../../training/finetune/adaptation-set.ts';
import { answers, plainFeatures } from '../../training/finetune/take-features.ts';
import { largestClass } from '../../training/metrics.ts';

/** Takes as a model's input, so that many models of the same features can be asked about them. */
export interface Questions {
  readonly takes: readonly Take[];
  readonly features: Float32Array;
}

export function questionsOf(takes: readonly Take[], { features, normaliser }: Model, compute: Compute): Questions {
  const clips = takes.map(({ clip }) => clip);
  return { takes, features: plainFeatures(clips, compute.createExtractor(features), normaliser) };
}

/** The label that a model gives each take, all its labels competing. */
export async function classify(model: Model, { features, takes }: Questions, compute: Compute): Promise<string[]> {
  const network = compute.backend.createNetwork(model.shape, model.parameters);
  const logits = await answers(network, features, model.features.windowFrames);
  return takes.map((_, i) => model.labels[largestClass(logits, i, model.labels.length)]!);
}

/** The share of takes that were given their label. */
export function accuracyOf({ takes }: Questions, given: readonly string[]): number {
  return takes.filter(({ label }, i) => given[i] === label).length / takes.length;
}

/** The share of takes of `_unknown_` that were taken for a word. */
export function falseAcceptRate({ takes }: Questions, given: readonly string[]): number {
  const answered = takes.flatMap(({ label }, i) => (label === UNKNOWN_LABEL ? [given[i]!] : []));
  return answered.filter(isWord).length / answered.length;
}

export function isWord(label: string): boolean {
  return label !== UNKNOWN_LABEL && label !== SILENCE_LABEL;
}
