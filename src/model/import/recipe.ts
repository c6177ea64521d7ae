import { z } from 'zod';
import { HeedError } from '../../errors.ts';
import { displayName } from '../onnx/refusal.ts';
import type { ImportSettings } from './import-model.ts';

/** What a file beside a network may say about it: `recipe.json` of `heed handoff`, or one written by hand. */
const recipe = z.object({
  labels: z.array(z.string()).optional(),
  features: z
    .object({
      kind: z.literal('mfcc').optional(),
      sampleRateHz: z.number().optional(),
      window: z.literal('hanning').optional(),
      frameLength: z.number().optional(),
      hopLength: z.number().optional(),
      melBands: z.number().optional(),
      coefficients: z.number().optional(),
      scale: z.number().optional(),
      windowFrames: z.number().optional(),
    })
    .optional(),
  normaliser: z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) }).optional(),
});

/** What a recipe sets of an import; all of it may be missing. */
export type Recipe = Pick<ImportSettings, 'labels' | 'features' | 'mean' | 'deviation'>;

/** Far more than a thousand labels and numbers take. */
const MAX_CHARACTERS = 1_000_000;

/**
 * Reads a recipe: JSON with `labels`, `features` (as in a model's `heed.features`) and `normaliser` (`mean` and
 * `deviation`), each of which may be missing; what else it holds is passed over.
 * @throws {HeedError} usage, naming the first part that is not as it should be
 */
export function parseRecipe(text: string, name: string): Recipe {
  const refuse = (what: string, cause?: unknown): HeedError =>
    new HeedError('usage', `${displayName(name)} is no recipe for an import: ${what}. Nothing was imported.`, {
      cause,
    });
  if (text.length > MAX_CHARACTERS) throw refuse('it is too long');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('it is not JSON', error);
  }
  const parsed = recipe.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refuse(`${issue.path.join('.') || 'it'} is not as it should be (${issue.message.slice(0, 150)})`);
  }
  const { labels, features, normaliser } = parsed.data;
  return { labels, features, mean: normaliser?.mean, deviation: normaliser?.deviation };
}
