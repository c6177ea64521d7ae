import { z } from 'zod';
import { HeedError } from '../../errors.ts';
import { checkFeatureSettings, featureHash } from '../../features/settings.ts';
import { type Model, NEVER_FIRES } from '../model.ts';
import { areRanksOf, ranksMetadata, ranksOf, type LayerRanks } from './factored-graph.ts';
import type { PackedBytes } from './packed-rows.ts';
import { displayName, malformed, unsupported } from './refusal.ts';
import { encodeShape, shapeMetadata } from './shape-metadata.ts';
import { decodeStates, encodeStates } from './state-metadata.ts';

/** What a model file says about its network, in `metadata_props`. The weights and the normaliser are in the graph. */
export type ModelMetadata = Omit<Model, 'parameters' | 'normaliser'>;

/** What a file says, and how it keeps the weights. */
export interface FileMetadata extends ModelMetadata {
  readonly weights: WeightPrecision;
  /** Undefined where all matrices are whole. */
  readonly ranks: LayerRanks[] | undefined;
}

/** Raised when older versions of Heed would misread the file. */
export const FORMAT_VERSION = '1';

/** Where an export says which form it has; a model file of Heed's own, with float32 weights, has no such entry. */
export const FORM_KEY = 'heed.form';
/** Where an export says what its weights are kept in. */
export const WEIGHTS_KEY = 'heed.weights';

/** Where a file whose layers have low rank names their ranks. */
const RANKS_KEY = 'heed.ranks';

/** What the matrices of a file are kept in. */
export type WeightPrecision = 'float32' | 'int8';

const text = z.string().max(100_000);

const labels = z.array(z.string().min(1).max(64)).min(1).max(10_000);

// Strict: a setting this version does not know would be left out of the hash and of the features.
const features = z.strictObject({
  kind: z.literal('mfcc'),
  sampleRateHz: z.number(),
  frameLength: z.number(),
  hopLength: z.number(),
  window: z.literal('hanning'),
  melBands: z.number(),
  coefficients: z.number(),
  scale: z.number(),
  windowFrames: z.number(),
});

const decision = z.object({
  stepMs: z.number().positive().max(60_000),
  smoothingMs: z.number().min(0).max(60_000),
  refractoryMs: z.number().min(0).max(600_000),
  thresholds: z.array(z.number().min(0).max(NEVER_FIRES)).max(10_000),
  unfamiliarityWeight: z.number().min(0).max(1000).optional(),
});

const provenance = z.object({
  heedVersion: text,
  madeBy: text,
  trainedOn: text,
  seed: z.number(),
  epochs: z.number(),
  attribution: text,
  precision: z.enum(['float32', 'bfloat16', 'float16']).optional(),
});

const scores = z.array(
  z.object({
    measuredOn: text,
    clipCount: z.number().int().min(0),
    accuracy: z.number().min(0).max(1),
    perLabel: z.record(z.string(), z.number()),
  }),
);

/** Each part with its key in the file, where it stands as JSON. */
const PARTS = { shape: shapeMetadata, labels, features, decision, provenance, scores } as const;
type Part = keyof typeof PARTS;
const KEYS: Readonly<Record<Part, string>> = {
  shape: 'heed.network',
  labels: 'heed.labels',
  features: 'heed.features',
  decision: 'heed.decision',
  provenance: 'heed.provenance',
  scores: 'heed.scores',
};
/** Where the statistics of the pooled states stand, in a file that has them. */
const STATES_KEY = 'heed.states';

/**
 * The metadata of a model, in the order in which the file has them.
 * @param stateBytes  how finely the statistics of the pooled states are kept: bytes for each number
 * @throws {HeedError} model-format where they could not be read back: NaN in a score, two labels alike, …
 */
export function metadataEntries(model: Model, stateBytes: PackedBytes = 2): [key: string, value: string][] {
  const ranks = ranksOf(model.parameters);
  const entries: [string, string][] = [
    ['heed.format', FORMAT_VERSION],
    ['heed.featureHash', featureHash(model.features)],
    ...(Object.keys(PARTS) as Part[]).map((part): [string, string] => [
      KEYS[part],
      canonicalJson(part === 'shape' ? encodeShape(model.shape) : model[part]),
    ]),
    ...(ranks ? [[RANKS_KEY, canonicalJson(ranks)] as [string, string]] : []),
    ...(model.states ? [[STATES_KEY, canonicalJson(encodeStates(model.states, stateBytes))] as [string, string]] : []),
  ];
  parsePartsOf(new Map(entries), undefined);
  return entries;
}

/** JSON with its keys in alphabetical order: the same values, the same bytes. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * Reads and checks the metadata of a file.
 * @throws {HeedError} model-unsupported where they are not Heed's, or of a later version; model-format where they are
 *   broken or contradict each other; feature-mismatch where the settings are not those that were hashed
 */
export function parseMetadata(entries: readonly (readonly [string, string])[], file: string): FileMetadata {
  const values = new Map(entries);
  if (values.size !== entries.length) throw malformed(file, 'its metadata name the same thing twice');
  const format = values.get('heed.format');
  if (format === undefined) throw unsupported(file, 'Heed did not make it, or its metadata are gone');
  if (format !== FORMAT_VERSION)
    throw unsupported(file, `its format is "${format.slice(0, 20)}", and this version of Heed reads ${FORMAT_VERSION}`);

  const form = values.get(FORM_KEY);
  if (form !== undefined && form !== 'clip')
    throw unsupported(
      file,
      `it was exported for other programs (form "${form.slice(0, 20)}"), and only the form "clip" is a model to go on with`,
    );
  const weights = values.get(WEIGHTS_KEY) ?? 'float32';
  if (weights !== 'float32' && weights !== 'int8')
    throw unsupported(
      file,
      `its weights are "${weights.slice(0, 20)}", and this version of Heed reads float32 and int8`,
    );

  const metadata = parsePartsOf(values, file);
  if (values.get('heed.featureHash') !== featureHash(metadata.features))
    throw new HeedError(
      'feature-mismatch',
      `${displayName(file)} cannot be used: its feature settings are not those it was trained with, as their hash ` +
        `shows, and it would mishear everything. Nothing was changed; choose an intact file that Heed saved.`,
    );
  return { ...metadata, weights, ranks: parseRanks(values.get(RANKS_KEY), metadata, file) };
}

function parseRanks(text: string | undefined, { shape }: ModelMetadata, file: string): LayerRanks[] | undefined {
  if (text === undefined) return undefined;
  const parsed = ranksMetadata.safeParse(jsonOrNull(text));
  if (!parsed.success || !areRanksOf(shape, parsed.data))
    throw malformed(file, `its metadata ${RANKS_KEY} are not those of its network`);
  return parsed.data;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The parts, each checked by itself and against the others. `file` is undefined for a model that is about to be saved. */
function parsePartsOf(values: ReadonlyMap<string, string>, file: string | undefined): ModelMetadata {
  const metadata: ModelMetadata = {
    shape: part('shape'),
    labels: part('labels'),
    features: part('features'),
    decision: part('decision'),
    provenance: part('provenance'),
    scores: part('scores'),
  };
  checkFeatures(metadata, file);
  checkLabels(metadata, file);
  return values.has(STATES_KEY) ? { ...metadata, states: states() } : metadata;

  function states(): ModelMetadata['states'] {
    const decoded = decodeStates(json(STATES_KEY), metadata.shape.hiddenSize, metadata.labels);
    if (!decoded) throw malformed(file, `its metadata ${STATES_KEY} are not those of its network`);
    return decoded;
  }

  function part<P extends Part>(name: P): z.output<(typeof PARTS)[P]> {
    const parsed = PARTS[name].safeParse(json(KEYS[name]));
    if (parsed.success) return parsed.data as z.output<(typeof PARTS)[P]>;
    const issue = parsed.error.issues[0];
    const where = [KEYS[name], ...(issue?.path ?? [])].join('.').slice(0, 100);
    throw malformed(file, `its metadata ${where} are not as they should be (${(issue?.message ?? '').slice(0, 150)})`);
  }

  function json(key: string): unknown {
    const text = values.get(key);
    if (text === undefined) throw malformed(file, `its metadata lack ${key}`);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw malformed(file, `its metadata ${key} are not JSON`, error);
    }
  }
}

function checkFeatures(metadata: ModelMetadata, file: string | undefined): void {
  try {
    checkFeatureSettings(metadata.features);
  } catch (error) {
    throw malformed(file, 'its feature settings cannot be', error);
  }
  if (metadata.shape.inputSize !== metadata.features.coefficients)
    throw malformed(
      file,
      `its network takes ${metadata.shape.inputSize} numbers per frame, and its features have ${metadata.features.coefficients}`,
    );
}

function checkLabels({ shape, labels, decision }: ModelMetadata, file: string | undefined): void {
  if (labels.length !== shape.classCount)
    throw malformed(file, `it names ${labels.length} labels, and its network has ${shape.classCount}`);
  if (new Set(labels).size !== labels.length) throw malformed(file, 'two of its labels are the same');
  if (decision.thresholds.length !== labels.length)
    throw malformed(file, `it has ${decision.thresholds.length} thresholds for ${labels.length} labels`);
}
