import { HeedError } from '../../errors.ts';
import { MIN_DEVIATION } from '../../features/normaliser.ts';
import { checkFeatureSettings, DEFAULT_FEATURE_SETTINGS, type FeatureSettings } from '../../features/settings.ts';
import type { ClassifierShape } from '../../nn/network.ts';
import { parameterSet, type ParameterSet, tensorValues } from '../../nn/parameters.ts';
import { onnxToLayer } from '../layer-conversion.ts';
import { defaultDecision, type Model, type Normaliser } from '../model.ts';
import { decodeOnnx } from '../onnx/decode.ts';
import type { ModelProto } from '../onnx/onnx_pb.ts';
import { readModel } from '../onnx/read.ts';
import { recurrentOperator } from '../onnx/recurrent-nodes.ts';
import { displayName } from '../onnx/refusal.ts';
import { writeModel } from '../onnx/write.ts';
import type { Activation, InputScaling } from './activation.ts';
import { damaged, foreign, Obstacle } from './obstacle.ts';
import { type GraphClassifier, readGraph } from './read-graph.ts';

/** What a network from elsewhere does not say about itself. */
export interface ImportSettings {
  /** In the order of the logits. Left out for a file that Heed saved. */
  readonly labels?: readonly string[] | undefined;
  /** How the features were made that the network was trained on; what is left out is as in Heed's own models. */
  readonly features?: Partial<FeatureSettings> | undefined;
  /** One number for each coefficient, or one for all: subtracted from the features before the network hears them. */
  readonly mean?: readonly number[] | undefined;
  /** The features are then divided by these. */
  readonly deviation?: readonly number[] | undefined;
  readonly heedVersion: string;
  /** The command or screen that asks for it, for the model's provenance. */
  readonly command: string;
}

/** Files from elsewhere that are larger are not read: a layer of 1,600 units takes 32 MB. */
const MAX_FOREIGN_BYTES = 32 * 1024 * 1024;
const MAX_UNITS = 4096;
const MAX_CLASSES = 10_000;
const MAX_LABEL_LENGTH = 64;
/** A window of one second, where the graph does not fix the number of frames. */
const WINDOW_SAMPLES = 16_000;

/**
 * A model from an ONNX file: one that Heed saved, or a recurrent classifier (GRU, LSTM or RNN) exported from PyTorch, Keras or a like program.
 * Nothing but the bytes is read, and nothing in them is believed.
 *
 * @param name  the file's name, for messages
 * @throws {HeedError} model-format (no ONNX, torn, contradicts itself); model-unsupported, naming the operator or the
 *   size in the way; labels-missing, usage (labels that do not fit); feature-settings
 */
export function importModel(bytes: Uint8Array, name: string, settings: ImportSettings): Model {
  const proto = decodeOnnx(bytes, name);
  if (isOwn(proto)) return readOwn(bytes, name, settings);
  try {
    if (bytes.length > MAX_FOREIGN_BYTES)
      throw foreign(`it has ${bytes.length} bytes, and networks from elsewhere are read up to ${MAX_FOREIGN_BYTES}`);
    if (proto.functions.length > 0) throw foreign('it brings operators of its own (functions)');
    return modelOf(readGraph(proto.graph!, bytes.length), proto, name, settings);
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    throw refusal(error, name);
  }
}

/**
 * The file to keep of what is imported. One that Heed saved stays as it is, to the byte: a model in eight bits stays in
 * eight bits, and what was signed or compared by its hash still fits. A network from elsewhere becomes a model's file.
 *
 * @throws {HeedError} what {@link importModel} throws
 */
export function importedFile(bytes: Uint8Array, name: string, settings: ImportSettings): Uint8Array {
  const model = importModel(bytes, name, settings);
  return isOwn(decodeOnnx(bytes, name)) ? bytes : writeModel(model);
}

function isOwn({ metadataProps }: ModelProto): boolean {
  return metadataProps.some(({ key }) => key === 'heed.format');
}

function readOwn(bytes: Uint8Array, name: string, { labels }: ImportSettings): Model {
  const model = readModel(bytes, name);
  const same = labels === undefined || JSON.stringify(labels) === JSON.stringify(model.labels);
  if (!same)
    throw new HeedError(
      'usage',
      `${displayName(name)} was saved by Heed and has its own labels (${model.labels.join(', ')}); import it without naming others.`,
    );
  return model;
}

/** One sentence about what is in the way, without control characters out of the file. */
function refusal({ kind, message }: Obstacle, name: string): HeedError {
  const what = message.replace(/\p{Cc}+/gu, ' ').slice(0, 350);
  return new HeedError(
    kind === 'damaged' ? 'model-format' : 'model-unsupported',
    `${displayName(name)} cannot be imported: ${what}. Nothing was changed.`,
  );
}

function modelOf(classifier: GraphClassifier, proto: ModelProto, name: string, settings: ImportSettings): Model {
  const { activation } = classifier;
  const shape = shapeOf(activation);
  const features = featuresOf(classifier, shape, settings.features);
  const labels = labelsFor(shape, name, settings.labels);
  return {
    shape,
    parameters: parametersOf(activation, shape),
    labels,
    features,
    normaliser: normaliserOf(activation.scaling, shape.inputSize, settings),
    decision: defaultDecision(labels),
    provenance: {
      heedVersion: settings.heedVersion,
      madeBy: settings.command,
      trainedOn: `elsewhere (${displayName(name)}, ${producerOf(proto)})`,
      seed: 0,
      epochs: 0,
      attribution: '',
    },
    scores: [],
  };
}

function shapeOf({ layers, head, pooling }: Activation): ClassifierShape {
  const [first] = layers;
  const sizes = layers.map(({ hiddenSize }) => hiddenSize);
  const { cell } = first!;
  const operator = recurrentOperator(cell);
  if (new Set(sizes).size > 1)
    throw foreign(
      `its ${operator} layers have ${sizes.slice(0, 6).join(', ')} units, and Heed's have the same number in each`,
    );
  const other = layers.find((layer) => layer.cell !== cell)?.cell;
  if (other !== undefined)
    throw foreign(
      recurrentOperator(other) === operator
        ? 'some of its GRU layers reset before the product and some after it (linear_before_reset)'
        : `it has both ${operator} and ${recurrentOperator(other)} layers`,
    );
  const classCount = head!.bias.length;
  if (sizes[0]! > MAX_UNITS || classCount > MAX_CLASSES)
    throw foreign(
      `its network has ${layers.length} layers of ${sizes[0]} units and ${classCount} classes, more than Heed's can`,
    );
  return {
    inputSize: first!.inputSize,
    hiddenSize: sizes[0]!,
    layerCount: layers.length,
    classCount,
    cell,
    pooling: pooling!,
  };
}

function featuresOf(
  { activation, inputSizes }: GraphClassifier,
  { inputSize, cell }: ClassifierShape,
  given: Partial<FeatureSettings> = {},
): FeatureSettings {
  if (given.coefficients !== undefined && given.coefficients !== inputSize)
    throw new HeedError(
      'usage',
      `The network takes ${inputSize} numbers per frame, so the features cannot have ${given.coefficients} coefficients; leave that setting out.`,
    );
  if (given.coefficients === undefined && inputSize > DEFAULT_FEATURE_SETTINGS.coefficients)
    throw foreign(
      `its ${recurrentOperator(cell)} takes ${inputSize} numbers per frame, and Heed's features have at most ${DEFAULT_FEATURE_SETTINGS.coefficients}`,
    );
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const features = { ...DEFAULT_FEATURE_SETTINGS, ...chosen, coefficients: inputSize };
  if (given.windowFrames === undefined) {
    const axis = Number(activation.roles!.frames.slice('axis '.length));
    const fixed = inputSizes[axis];
    const ofOneSecond = Math.ceil((WINDOW_SAMPLES - features.frameLength) / features.hopLength) + 1;
    features.windowFrames = typeof fixed === 'number' && fixed > 1 ? fixed : ofOneSecond;
  }
  checkFeatureSettings(features);
  return features;
}

function labelsFor({ classCount }: ClassifierShape, name: string, labels: readonly string[] | undefined): string[] {
  if (!labels)
    throw new HeedError(
      'labels-missing',
      `${displayName(name)} tells ${classCount} sounds apart but does not name them; give ${classCount} labels in the order of its outputs.`,
    );
  if (labels.length !== classCount)
    throw new HeedError(
      'usage',
      `${displayName(name)} tells ${classCount} sounds apart, and ${labels.length} labels were given; name each output once, in order.`,
    );
  if (new Set(labels).size !== labels.length || labels.some((label) => label === '' || label.length > MAX_LABEL_LENGTH))
    throw new HeedError(
      'usage',
      `Labels must differ from each other and have 1 to ${MAX_LABEL_LENGTH} characters; nothing was imported.`,
    );
  return [...labels];
}

function parametersOf({ layers, head }: Activation, shape: ClassifierShape): ParameterSet {
  const parameters = parameterSet(shape);
  layers.forEach((layer, index) => onnxToLayer(layer, parameters, shape, index));
  tensorValues(parameters, 'head.weights').set(head!.weights);
  tensorValues(parameters, 'head.bias').set(head!.bias);
  // Sums of two finite biases can overflow.
  if (!parameters.values.every(Number.isFinite)) throw damaged('its weights are too large for float32 numbers');
  return parameters;
}

/** The normaliser in the graph behind the one that was named. */
function normaliserOf(scaling: InputScaling, inputSize: number, settings: ImportSettings): Normaliser {
  const spread = (values: ArrayLike<number>, what: string): Float64Array => {
    if (values.length !== 1 && values.length !== inputSize)
      throw new HeedError(
        'usage',
        `The network takes ${inputSize} numbers per frame, and ${values.length} were given as their ${what}; give one for each, or one for all.`,
      );
    return Float64Array.from({ length: inputSize }, (_, i) => values[values.length === 1 ? 0 : i]!);
  };
  const outerMean = spread(settings.mean ?? [0], 'mean');
  const outerDeviation = spread(settings.deviation ?? [1], 'standard deviation');
  if (outerDeviation.some((value) => !(value >= MIN_DEVIATION)) || !outerMean.every(Number.isFinite))
    throw new HeedError('usage', `Means must be numbers, and standard deviations at least ${MIN_DEVIATION}.`);
  if (scaling.mean.length !== 1 && scaling.mean.length !== inputSize)
    throw damaged(`its normaliser has ${scaling.mean.length} numbers for ${inputSize} coefficients`);
  const [innerMean, innerDeviation] = [spread(scaling.mean, 'mean'), spread(scaling.deviation, 'deviation')];
  const mean = Float32Array.from(outerMean, (value, i) => value + innerMean[i]! * outerDeviation[i]!);
  const deviation = Float32Array.from(outerDeviation, (value, i) => value * innerDeviation[i]!);
  if (!deviation.every((value) => value > 0 && Number.isFinite(value)) || !mean.every(Number.isFinite))
    throw foreign('it multiplies its input by a number that is not positive, which a normaliser cannot');
  return { mean, deviation };
}

function producerOf({ producerName, producerVersion }: ModelProto): string {
  const text = `${producerName} ${producerVersion}`.replace(/\p{Cc}+/gu, ' ').trim();
  return text === '' ? 'an unnamed program' : text.slice(0, 100);
}
