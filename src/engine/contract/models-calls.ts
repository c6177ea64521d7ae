import { z } from 'zod';
import { windowed } from './call.ts';
import { label, modelDescription, modelSummary, skippedFile } from './schemas.ts';

const nothing = z.object({});
const modelId = z.string();

/** A model as the Models screen shows it. */
export const installedModel = modelSummary.extend({
  /** It came with Heed, and so is never changed. */
  shipped: z.boolean(),
  /** When its file was last written, milliseconds since 1970. */
  modifiedAt: z.number(),
  /** The command or the screen that made it. */
  madeBy: z.string(),
});

export const modelCard = modelDescription.extend({ id: modelId, shipped: z.boolean(), modifiedAt: z.number() });

/** How two models do on the same takes of the user's; a word that a model does not know is one it gets wrong. */
export const modelComparison = z.object({
  modelIds: z.tuple([modelId, modelId]),
  takeCount: z.number().int(),
  /** Takes that each got right. */
  right: z.tuple([z.number().int(), z.number().int()]),
  words: z.array(
    z.object({
      label,
      takeCount: z.number().int(),
      right: z.tuple([z.number().int(), z.number().int()]),
      known: z.tuple([z.boolean(), z.boolean()]),
    }),
  ),
  /** Takes that could not be read, and why. */
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
});

/** The calls about installed models. What changes one can be taken back with `undo`. */
export const modelsCalls = {
  'models.installed': windowed(
    nothing,
    z.object({
      models: z.array(installedModel),
      inUse: modelId,
      /** Files among the models that cannot be used, and why: torn, of another program, … */
      unusable: z.array(skippedFile),
    }),
  ),
  'models.card': windowed(z.object({ modelId }), modelCard),
  /** Gives one of the user's own models another name; what was set for it goes along. */
  'models.rename': windowed(z.object({ modelId, name: z.string().max(1000) }), z.object({ modelId })),
  'models.duplicate': windowed(z.object({ modelId }), z.object({ modelId })),
  /** Moves one of the user's own models to the trash; the one that listens stays. */
  'models.delete': windowed(z.object({ modelId }), nothing),
  /** Tries two models on every take that counts; `progress` tells how far it is. */
  'models.compare': windowed(z.object({ modelIds: z.tuple([modelId, modelId]) }), modelComparison),
  /** Ends the comparison that runs, if one does. */
  'models.stopComparing': windowed(nothing, nothing),
} as const;

export type InstalledModel = z.output<typeof installedModel>;
export type ModelCard = z.output<typeof modelCard>;
export type ModelComparison = z.output<typeof modelComparison>;
