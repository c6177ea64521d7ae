import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { attentionForm } from '../../nn/attention.ts';
import type { NetworkShape } from '../../nn/network.ts';
import { attentionGraph, attentionOutputs, attentionTensorSizes } from './attention-graph.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
} from './onnx_pb.ts';
import { layerTensorSizes, recurrentNodes, recurrentOperator } from './recurrent-nodes.ts';
import { floatValue, int64Tensor } from './tensors.ts';

/** GRU and ReduceMean in the form of operator set 17: in ORT 1.30, in the checkers of ONNX 1.12 and later. */
export const OPERATOR_SET = 17;

/** Sizes of the float32 initialisers, by name. */
export type InitialiserSizes = ReadonlyMap<string, readonly number[]>;

/** Everything of a model's graph that follows from its network's shape: all but the values of its weights. */
export interface ClipGraph {
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  /** The tensors that hold the normaliser and the weights. */
  readonly weights: InitialiserSizes;
  /** What operators want as tensors and is the same for every network of this shape, such as the axes of a Squeeze. */
  readonly constants: readonly TensorProto[];
}

/**
 * The graph of a clip classifier: raw MFCCs `[batch, frames, coefficients]` → normaliser → recurrent layers → pooling → head →
 * `logits` and `probabilities`, `[batch, classes]`, and where the network attends to its states the weights of the frames,
 * `attention` `[batch, frames, heads]`. All clips of a batch have the same number of frames.
 */
export function clipGraph(shape: NetworkShape): ClipGraph {
  const { inputSize, hiddenSize, layerCount, classCount, pooling } = shape;
  const operator = recurrentOperator(shape.cell);
  const attends = attentionForm(shape) !== undefined;
  const weights = new Map<string, readonly number[]>();
  const nodes: NodeProto[] = [];
  const add = (
    opType: string,
    input: string[],
    output: string[],
    attribute: AttributeProto[] = [],
    about = '',
  ): void => {
    nodes.push(
      create(NodeProtoSchema, { opType, name: output.find(Boolean)!, input, output, attribute, docString: about }),
    );
  };

  weights.set('normaliser.mean', [inputSize]).set('normaliser.deviation', [inputSize]);
  add('Sub', ['features', 'normaliser.mean'], ['centred']);
  add('Div', ['centred', 'normaliser.deviation'], ['normalised']);
  add(
    'Transpose',
    ['normalised'],
    ['states.0'],
    [ints('perm', [1, 0, 2])],
    `${operator} takes [frames, batch, inputs].`,
  );

  for (let layer = 0; layer < layerCount; layer++) {
    for (const [name, dimensions] of layerTensorSizes(shape, layer)) weights.set(name, dimensions);
    const onlyLastState = layer === layerCount - 1 && pooling === 'last';
    const wantsLastState = layer === layerCount - 1 && (pooling === 'last' || pooling === 'multi-head');
    const states = onlyLastState ? '' : `states.${layer + 1}.stacked`;
    const last = wantsLastState ? { state: 'last.stacked', memory: '' } : undefined;
    for (const node of recurrentNodes(shape, layer, `states.${layer}`, undefined, states, last))
      add(
        node.opType,
        [...node.inputs],
        [...node.outputs],
        Object.entries(node.attributes).map(([name, value]) => int(name, value)),
        node.about,
      );
    if (!onlyLastState) add('Squeeze', [`states.${layer + 1}.stacked`, 'axis.directions'], [`states.${layer + 1}`]);
  }
  const constants: TensorProto[] = [];
  if (pooling === 'last') add('Squeeze', ['last.stacked', 'axis.first'], ['pooled']);
  else if (attends) {
    for (const [name, dimensions] of attentionTensorSizes(shape)) weights.set(name, dimensions);
    const attention = attentionGraph(shape, `states.${layerCount}`, 'last.stacked', 'axis.first');
    nodes.push(...attention.nodes);
    constants.push(...attention.initialisers);
  } else add('ReduceMean', [`states.${layerCount}`], ['pooled'], [ints('axes', [0]), int('keepdims', 0)]);

  weights.set('head.weights', [classCount, hiddenSize]).set('head.bias', [classCount]);
  add('Gemm', ['pooled', 'head.weights', 'head.bias'], ['logits'], [int('transB', 1)]);
  add('Softmax', ['logits'], ['probabilities'], [int('axis', -1)]);

  if (layerCount > 1 || pooling !== 'last') constants.push(int64Tensor('axis.directions', [1]));
  if (pooling === 'last' || attends) constants.push(int64Tensor('axis.first', [0]));
  return {
    nodes,
    inputs: [floatValue('features', ['batch', 'frames', inputSize], 'MFCC frames, not normalised')],
    outputs: [
      floatValue('logits', ['batch', classCount], 'one per label of heed.labels'),
      floatValue('probabilities', ['batch', classCount], 'softmax of the logits'),
      ...attentionOutputs(shape),
    ],
    weights,
    constants,
  };
}

function attribute(init: MessageInitShape<typeof AttributeProtoSchema>): AttributeProto {
  return create(AttributeProtoSchema, init);
}
function int(name: string, value: number): AttributeProto {
  return attribute({ name, type: AttributeType.INT, i: BigInt(value) });
}
function ints(name: string, values: readonly number[]): AttributeProto {
  return attribute({ name, type: AttributeType.INTS, ints: values.map(BigInt) });
}
