import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { NetworkShape } from '../../nn/network.ts';
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
  /** The axes that Squeeze wants as tensors. */
  readonly constants: readonly TensorProto[];
}

/**
 * The graph of a clip classifier: raw MFCCs `[batch, frames, coefficients]` → normaliser → recurrent layers → pooling → head →
 * `logits` and `probabilities`, `[batch, classes]`. All clips of a batch have the same number of frames.
 */
export function clipGraph(shape: NetworkShape): ClipGraph {
  const { inputSize, hiddenSize, layerCount, classCount, pooling } = shape;
  const operator = recurrentOperator(shape.cell);
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
    const [states, last] = onlyLastState
      ? ['', { state: 'last.stacked', memory: '' }]
      : [`states.${layer + 1}.stacked`, undefined];
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
  if (pooling === 'last') add('Squeeze', ['last.stacked', 'axis.first'], ['pooled']);
  else add('ReduceMean', [`states.${layerCount}`], ['pooled'], [ints('axes', [0]), int('keepdims', 0)]);

  weights.set('head.weights', [classCount, hiddenSize]).set('head.bias', [classCount]);
  add('Gemm', ['pooled', 'head.weights', 'head.bias'], ['logits'], [int('transB', 1)]);
  add('Softmax', ['logits'], ['probabilities'], [int('axis', -1)]);

  const constants: TensorProto[] = [];
  if (layerCount > 1 || pooling === 'mean') constants.push(int64Tensor('axis.directions', [1]));
  if (pooling === 'last') constants.push(int64Tensor('axis.first', [0]));
  return {
    nodes,
    inputs: [floatValue('features', ['batch', 'frames', inputSize], 'MFCC frames, not normalised')],
    outputs: [
      floatValue('logits', ['batch', classCount], 'one per label of heed.labels'),
      floatValue('probabilities', ['batch', classCount], 'softmax of the logits'),
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
