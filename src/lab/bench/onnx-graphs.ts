import { create, toBinary } from '@bufbuild/protobuf';
import { layerToOnnx } from '../../model/layer-conversion.ts';
import type { Model } from '../../model/model.ts';
import { OPERATOR_SET } from '../../model/onnx/clip-graph.ts';
import { decodeOnnx } from '../../model/onnx/decode.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  Version,
} from '../../model/onnx/onnx_pb.ts';
import { layerTensorNames } from '../../model/onnx/recurrent-nodes.ts';
import { floatTensor, floatValue, int64Tensor } from '../../model/onnx/tensors.ts';
import { writeModel } from '../../model/onnx/write.ts';
import { tensorValues } from '../../nn/parameters.ts';

/** What an exported model does besides the network's own work. */
const BESIDES = ['Sub', 'Div', 'Softmax'];

/**
 * The exported model without its normaliser and its softmax: normalised `features` `[batch, frames, inputs]` in, `logits`
 * out. That is what `Network.forward` does, so that neither program is charged for work that the other leaves out.
 */
export function exportedNetwork(model: Model): Uint8Array {
  const proto = decodeOnnx(writeModel(model), 'the exported model');
  const graph = proto.graph!;
  graph.node = graph.node.filter(({ opType }) => !BESIDES.includes(opType));
  for (const node of graph.node) node.input = node.input.map((name) => (name === 'normalised' ? 'features' : name));
  graph.initializer = graph.initializer.filter(({ name }) => !name.startsWith('normaliser.'));
  graph.output = graph.output.filter(({ name }) => name === 'logits');
  return toBinary(ModelProtoSchema, proto);
}

/** The names of one layer's state where it enters the one-frame graph, and where it leaves it; `[1, 1, hidden]` each. */
export function stateNames(layer: number): { before: string; after: string } {
  return { before: `state.${layer}`, after: `next.${layer}` };
}

/**
 * The same network for one live sequence: a `frame` `[1, 1, inputs]` and each layer's state in, `logits` `[1, classes]`
 * and the states after the frame out.
 *
 * A GRU's last state, `[directions, batch, hidden]`, has one direction and one sequence here, and so is at the same time a
 * sequence of one frame for the layer above: nothing stands between the layers.
 */
export function oneFrameNetwork({ shape, parameters }: Model): Uint8Array {
  const { inputSize, hiddenSize, layerCount, classCount } = shape;
  const node: NodeProto[] = [];
  const initializer: TensorProto[] = [int64Tensor('axis.directions', [0])];
  let below = 'frame';
  for (let layer = 0; layer < layerCount; layer++) {
    const names = layerTensorNames(shape, layer);
    const state = stateNames(layer);
    const gru = layerToOnnx(parameters, shape, layer);
    initializer.push(
      floatTensor(names.weights, [1, 3 * hiddenSize, gru.inputSize], gru.weights),
      floatTensor(names.recurrentWeights, [1, 3 * hiddenSize, hiddenSize], gru.recurrentWeights),
      floatTensor(names.biases, [1, 6 * hiddenSize], gru.biases),
    );
    node.push(
      operator(
        'GRU',
        [below, names.weights, names.recurrentWeights, names.biases, '', state.before],
        ['', state.after],
        { hidden_size: hiddenSize, linear_before_reset: gru.cell === 'gru-reset-after' ? 1 : 0 },
      ),
    );
    below = state.after;
  }
  initializer.push(
    floatTensor('head.weights', [classCount, hiddenSize], tensorValues(parameters, 'head.weights')),
    floatTensor('head.bias', [classCount], tensorValues(parameters, 'head.bias')),
  );
  node.push(
    operator('Squeeze', [below, 'axis.directions'], ['pooled']),
    operator('Gemm', ['pooled', 'head.weights', 'head.bias'], ['logits'], { transB: 1 }),
  );
  const states = Array.from({ length: layerCount }, (_, layer) => stateNames(layer));
  const proto = create(ModelProtoSchema, {
    irVersion: BigInt(Version.IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPERATOR_SET) }],
    graph: {
      name: 'one_frame',
      node,
      initializer,
      input: [
        floatValue('frame', [1, 1, inputSize], 'normalised'),
        ...states.map(({ before }) => floatValue(before, [1, 1, hiddenSize], '')),
      ],
      output: [
        floatValue('logits', [1, classCount], ''),
        ...states.map(({ after }) => floatValue(after, [1, 1, hiddenSize], '')),
      ],
    },
  });
  return toBinary(ModelProtoSchema, proto);
}

function operator(
  opType: string,
  input: string[],
  output: string[],
  attributes: Readonly<Record<string, number>> = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) => ({
    name,
    type: AttributeType.INT,
    i: BigInt(value),
  }));
  return create(NodeProtoSchema, { opType, name: output.find(Boolean)!, input, output, attribute });
}
