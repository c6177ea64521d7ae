import type { NetworkShape } from '../../nn/network.ts';
import { parameterSet, type ParameterSet, tensorValues } from '../../nn/parameters.ts';
import { onnxToLayer } from '../layer-conversion.ts';
import type { Model, Normaliser } from '../model.ts';
import { attentionTensorSizes } from './attention-graph.ts';
import { type ClipGraph, OPERATOR_SET } from './clip-graph.ts';
import { decodeOnnx } from './decode.ts';
import { factoredClipGraph, factorNames, productOf, readFactors } from './factored-graph.ts';
import { type Int8ClipGraph, int8ClipGraph, int8Names } from './int8-graph.ts';
import { fromInt8 } from './int8-weights.ts';
import { parseMetadata, type WeightPrecision } from './metadata.ts';
import { type GraphProto, type ModelProto, type TensorProto, Version } from './onnx_pb.ts';
import { layerTensorNames } from './recurrent-nodes.ts';
import { malformed, unsupported } from './refusal.ts';
import { checkFloatTensor, checkInt8Tensor, floatValues, int8Values } from './tensors.ts';
import { sameNodes, sameTensors, sameValues } from './same.ts';
import { PRODUCER } from './write.ts';

/**
 * Reads a model that Heed wrote: with float32 weights, or an export of the form `clip` with its matrices in eight bits, of
 * which float32 is made as the graph makes it. Nothing in the file is believed: its graph must be, node by node, the one that its
 * declared network has, and its tensors must have that network's sizes, before memory is set aside for them.
 *
 * @param name  the file's name, for messages
 * @throws {HeedError} model-format, where the bytes are no ONNX, are cut off, or contradict themselves;
 *   model-unsupported, where they are another ONNX model; feature-mismatch, where the feature settings were altered
 */
export function readModel(bytes: Uint8Array, name: string): Model {
  const proto = decodeOnnx(bytes, name);
  const graph = proto.graph!;
  if (proto.producerName === PRODUCER && proto.metadataProps.length === 0)
    throw malformed(name, 'its metadata are missing; it may have been cut off');
  const { weights, ranks, ...metadata } = parseMetadata(
    proto.metadataProps.map(({ key, value }) => [key, value] as const),
    name,
  );
  const clip = factoredClipGraph(metadata.shape, ranks);
  const expected = weights === 'int8' ? int8ClipGraph(clip) : { ...clip, matrices: new Map() };
  checkVersions(proto, name);
  checkGraph(graph, expected, name);
  const tensors = checkInitialisers(graph, expected, name);
  const floats = (tensor: string): Float32Array =>
    floatValues(tensors.get(tensor)!, expected.weights.get(tensor)!, name);
  const take = (tensor: string): Float32Array => {
    const { left, right } = factorNames(tensor);
    const [, , rank] = expected.weights.get(left) ?? expected.matrices.get(left) ?? [];
    if (rank !== undefined) return finite(tensor, productOf(take(left), take(right), rank));
    const dimensions = expected.matrices.get(tensor);
    if (!dimensions) return floats(tensor);
    const { values, scales } = int8Names(tensor);
    const whole = int8Values(tensors.get(values)!, dimensions, name);
    return finite(tensor, fromInt8({ values: whole, scales: floats(scales) }));
  };
  const finite = (tensor: string, matrix: Float32Array): Float32Array => {
    if (!matrix.every(Number.isFinite)) throw malformed(name, `${tensor} is too large for float32 numbers`);
    return matrix;
  };
  const parameters = readParameters(metadata.shape, take);
  return {
    ...metadata,
    normaliser: readNormaliser(take, name),
    parameters: ranks ? { ...parameters, factors: readFactors(metadata.shape, ranks, take) } : parameters,
  };
}

/** What the matrices of a model's file are kept in; `readModel` makes float32 of either. @throws {HeedError} as it does */
export function weightPrecision(bytes: Uint8Array, name: string): WeightPrecision {
  const entries = decodeOnnx(bytes, name).metadataProps.map(({ key, value }) => [key, value] as const);
  return parseMetadata(entries, name).weights;
}

function checkVersions(proto: ModelProto, name: string): void {
  if (proto.irVersion !== BigInt(Version.IR_VERSION))
    throw unsupported(name, `its IR version is ${proto.irVersion}, and Heed's models have ${Version.IR_VERSION}`);
  const [operators, ...others] = proto.opsetImport;
  if (!operators || others.length > 0 || operators.domain !== '' || operators.version !== BigInt(OPERATOR_SET))
    throw unsupported(name, `it asks for other operators than ONNX's set ${OPERATOR_SET}`);
  if (proto.functions.length > 0 || proto.trainingInfo.length > 0)
    throw unsupported(name, 'it brings functions or training graphs of its own');
}

function checkGraph(graph: GraphProto, expected: ClipGraph, name: string): void {
  const same =
    sameNodes(graph.node, expected.nodes) &&
    sameValues(graph.input, expected.inputs) &&
    sameValues(graph.output, expected.outputs) &&
    graph.sparseInitializer.length === 0;
  if (!same) throw unsupported(name, 'its graph is not the one that its metadata describe');
}

/** The initialisers by name, each of the type and size that its place asks for, none missing and none to spare. */
function checkInitialisers(graph: GraphProto, expected: Int8ClipGraph, name: string): Map<string, TensorProto> {
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  if (tensors.size !== graph.initializer.length) throw malformed(name, 'two of its tensors have the same name');
  const present = (tensorName: string): TensorProto => {
    const tensor = tensors.get(tensorName);
    if (!tensor) throw malformed(name, `${tensorName} is missing`);
    return tensor;
  };
  for (const [tensor, dimensions] of expected.weights) checkFloatTensor(present(tensor), dimensions, name);
  for (const [matrix, dimensions] of expected.matrices)
    checkInt8Tensor(present(int8Names(matrix).values), dimensions, name);
  const constants = expected.constants.map(({ name: constant }) => tensors.get(constant));
  if (!sameTensors(constants, expected.constants)) throw malformed(name, 'the axes of its graph are wrong');
  if (tensors.size !== expected.weights.size + expected.matrices.size + expected.constants.length)
    throw unsupported(name, 'it has tensors that its graph does not use');
  return tensors;
}

function readNormaliser(take: (tensor: string) => Float32Array, name: string): Normaliser {
  const normaliser = { mean: take('normaliser.mean'), deviation: take('normaliser.deviation') };
  if (!normaliser.deviation.every((deviation) => deviation > 0))
    throw malformed(name, 'a deviation of its normaliser is not positive');
  return normaliser;
}

function readParameters(shape: NetworkShape, take: (tensor: string) => Float32Array): ParameterSet {
  const parameters = parameterSet(shape);
  for (let layer = 0; layer < shape.layerCount; layer++) {
    const names = layerTensorNames(shape, layer);
    const onnx = {
      cell: shape.cell,
      weights: take(names.weights),
      recurrentWeights: take(names.recurrentWeights),
      biases: take(names.biases),
      inputSize: layer === 0 ? shape.inputSize : shape.hiddenSize,
      hiddenSize: shape.hiddenSize,
    };
    onnxToLayer(onnx, parameters, shape, layer);
  }
  const others = [...attentionTensorSizes(shape).map(([name]) => name), 'head.weights', 'head.bias'];
  for (const tensor of others) tensorValues(parameters, tensor).set(take(tensor));
  return parameters;
}
