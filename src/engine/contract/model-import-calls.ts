import { z } from 'zod';
import { local, windowed } from './call.ts';
import { label, modelDescription, modelSummary } from './schemas.ts';

const path = z.string().min(1);

/** What a network from elsewhere does not say about itself; Heed's own files need none of it. */
const aboutNetwork = z.object({
  /** In the order of its outputs. */
  labels: z.array(label).optional(),
  /** How the features were made that it was trained on; what is left out is as in Heed's own models. */
  features: z
    .object({
      /** Samples at 16 kHz. */
      frameLength: z.number().int().optional(),
      /** Samples at 16 kHz. */
      hopLength: z.number().int().optional(),
      melBands: z.number().int().optional(),
      coefficients: z.number().int().optional(),
      windowFrames: z.number().int().optional(),
    })
    .default({}),
  /** Subtracted from the features first: one number, or one for each coefficient. */
  mean: z.array(z.number()).min(1).optional(),
  /** The features are then divided by these. */
  deviation: z.array(z.number()).min(1).optional(),
});

/** Bringing in models and networks as ONNX files. */
export const modelImportCalls = {
  /**
   * Takes the bytes of a file into the user's models, under a name of its own that no other has. Where the network names no
   * labels and none are given, the error is `labels-missing`, and its sentence says how many there must be.
   */
  'models.import': windowed(
    aboutNetwork.extend({
      /** The file's name, which becomes the model's. */
      name: z.string().min(1).max(1000),
      bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array'),
    }),
    modelSummary,
  ),
  /** Reads a file and writes it as a model of Heed's. */
  import: local(
    aboutNetwork.extend({
      file: path,
      out: path,
      /** A JSON file with labels, features and normaliser; what is named beside it counts more. */
      recipe: path.optional(),
      /** What asks for it, for the model's provenance. */
      command: z.string().default('import'),
    }),
    modelDescription,
  ),
} as const;
