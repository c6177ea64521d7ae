import { NEVER_FIRES, type Model } from '../../model/model.ts';
import type { Settings } from '../contract/schemas.ts';

/**
 * The thresholds that hold for a model's labels, `[labels]`: what the user set for a word, else what they set for all
 * words, else what the model says. A label that stands for no word never fires.
 */
export function thresholdsInForce(
  { labels, decision }: Pick<Model, 'labels' | 'decision'>,
  modelId: string,
  { thresholds, defaultThreshold }: Pick<Settings, 'thresholds' | 'defaultThreshold'>,
): number[] {
  const own = new Map(Object.entries(thresholds[modelId] ?? {}));
  return labels.map((label, index) => {
    const ofModel = decision.thresholds[index]!;
    if (ofModel >= NEVER_FIRES) return ofModel;
    return own.get(label) ?? defaultThreshold ?? ofModel;
  });
}
