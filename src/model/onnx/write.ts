import { create, toBinary } from '@bufbuild/protobuf';
import { HeedError } from '../../errors.ts';
import { windowLength } from '../../features/settings.ts';
import { tensorValues } from '../../nn/parameters.ts';
import { layerToOnnx } from '../layer-conversion.ts';
import type { Model } from '../model.ts';
import { attentionTensorSizes } from './attention-graph.ts';
import { OPERATOR_SET } from './clip-graph.ts';
import { MAX_MODEL_BYTES } from './decode.ts';
import { factoredClipGraph, factorTensors, ranksOf } from './factored-graph.ts';
import { metadataEntries } from './metadata.ts';
import { ModelProtoSchema, Version } from './onnx_pb.ts';
import { layerTensorNames } from './recurrent-nodes.ts';
import { malformed } from './refusal.ts';
import { floatTensor } from './tensors.ts';

/** The name by which ONNX tools know who wrote the file. */
export const PRODUCER = 'heed';

/**
 * A model as one ONNX file: `features` `[batch, frames, coefficients]` (raw MFCCs) in, `logits` and `probabilities`
 * `[batch, classes]` out, with everything else that Heed knows about it in the metadata. The same model gives the same
 * bytes, and `readModel` gives back the same model, its float32 weights bit for bit.
 *
 * @throws {HeedError} model-format where the model could not be read back (weights that are not finite, labels and
 *   thresholds of different number, …), model-unsupported where it is too large, shape-mismatch
 */
export function writeModel(model: Model): Uint8Array<ArrayBuffer> {
  const metadata = metadataEntries(model);
  const graph = factoredClipGraph(model.shape, ranksOf(model.parameters));
  const values = graphWeights(model);
  checkSize([...graph.weights.values()]);
  const proto = create(ModelProtoSchema, {
    irVersion: BigInt(Version.IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPERATOR_SET) }],
    producerName: PRODUCER,
    producerVersion: model.provenance.heedVersion,
    modelVersion: 1n,
    docString: description(model),
    graph: {
      name: 'clip_classifier',
      node: [...graph.nodes],
      input: [...graph.inputs],
      output: [...graph.outputs],
      initializer: [
        ...[...graph.weights].map(([name, dimensions]) => floatTensor(name, dimensions, values.get(name)!)),
        ...graph.constants,
      ],
    },
    metadataProps: metadata.map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, proto) as Uint8Array<ArrayBuffer>;
}

/**
 * The values of a model's normaliser and weights, by the names that its graph has for them.
 * @throws {HeedError} model-format where one is not finite, or a deviation not positive; shape-mismatch
 */
export function graphWeights({ shape, parameters, normaliser }: Model): ReadonlyMap<string, ArrayLike<number>> {
  const values = new Map<string, ArrayLike<number>>([
    ['normaliser.mean', sized(normaliser.mean, shape.inputSize, 'mean')],
    ['normaliser.deviation', sized(normaliser.deviation, shape.inputSize, 'deviation')],
    ['head.weights', tensorValues(parameters, 'head.weights')],
    ['head.bias', tensorValues(parameters, 'head.bias')],
  ]);
  for (const [name] of attentionTensorSizes(shape)) values.set(name, tensorValues(parameters, name));
  if (!normaliser.deviation.every((deviation) => deviation > 0))
    throw malformed(undefined, 'a deviation of its normaliser is not positive');
  for (let layer = 0; layer < shape.layerCount; layer++) {
    const names = layerTensorNames(shape, layer);
    const tensors = layerToOnnx(parameters, shape, layer);
    values
      .set(names.weights, tensors.weights)
      .set(names.recurrentWeights, tensors.recurrentWeights)
      .set(names.biases, tensors.biases);
  }
  for (const [name, tensor] of factorTensors(shape, parameters)) values.set(name, tensor);
  for (const [name, tensor] of values) checkFinite(name, tensor);
  return values;
}

function sized(values: Float32Array, length: number, what: string): Float32Array {
  if (values.length === length) return values;
  throw new HeedError(
    'shape-mismatch',
    `The normaliser's ${what} has ${values.length} values, the network ${length} inputs.`,
  );
}

function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(Math.fround(values[i]!)))
      throw malformed(undefined, `its ${name} contain ${String(values[i])}`);
}

function checkSize(sizes: readonly (readonly number[])[]): void {
  const bytes = 4 * sizes.reduce((sum, size) => sum + size.reduce((product, n) => product * n, 1), 0);
  // The weights are nearly all of a file; a mebibyte is kept for the rest.
  if (bytes > MAX_MODEL_BYTES - 1024 * 1024)
    throw new HeedError(
      'model-unsupported',
      `This model cannot be saved: its weights take ${bytes} bytes, and a model file holds ${MAX_MODEL_BYTES}. Use fewer hidden units or layers.`,
    );
}

/** What the file is, for who opens it elsewhere. */
function description({ features, labels }: Model): string {
  const seconds = (windowLength(features) / features.sampleRateHz).toFixed(3);
  return (
    `A recogniser of ${labels.length} spoken commands, made by Heed. Input: ${features.coefficients} MFCCs per frame, not ` +
    `normalised, of ${features.sampleRateHz} Hz sound: frames of ${features.frameLength} samples every ` +
    `${features.hopLength}, samples times ${features.scale}, ${features.window} window, power spectrum, ${features.melBands} ` +
    `mel bands, ln(1 + x), DCT-II; ${features.windowFrames} frames (${seconds} s) at once. The metadata's heed.features ` +
    `has the same as JSON, heed.labels the meaning of the outputs.`
  );
}
