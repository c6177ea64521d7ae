import { attentionForm } from '../../nn/attention.ts';
import type { NetworkShape } from '../../nn/network.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { ValueInfoProto } from './onnx_pb.ts';
import { floatValue } from './tensors.ts';

/** The output that tells how much each head takes of each frame. */
const ATTENTION_OUTPUT = 'attention';

/** Names and sizes of what attention has learned: the same tensors as in the parameters, in the same order. */
export function attentionTensorSizes(shape: NetworkShape): [name: string, dimensions: readonly number[]][] {
  const form = attentionForm(shape);
  const { hiddenSize } = shape;
  if (!form) return [];
  if (!form.asksByLastState) return [['pooling.query', [hiddenSize, 1]]];
  return [
    ['pooling.query.weights', [hiddenSize, hiddenSize]],
    ['pooling.query.bias', [hiddenSize]],
  ];
}

/** The graph's further output `[batch, frames, heads]` where a network attends to its states. */
export function attentionOutputs(shape: NetworkShape): ValueInfoProto[] {
  const form = attentionForm(shape);
  if (!form) return [];
  const about = 'how much each head takes of each frame; over the frames each adds up to 1';
  return [floatValue(ATTENTION_OUTPUT, ['batch', 'frames', form.heads], about)];
}

/**
 * The nodes from the top layer's states to what the head sees, `pooled` `[batch, units]`, and to the weights; see `attend`.
 *
 * @param states  name of `[frames, batch, units]`
 * @param last  name of `[1, batch, units]`
 * @param first  name of the constant axis 0
 */
export function attentionGraph(shape: NetworkShape, states: string, last: string, first: string): GraphBuilder {
  const graph = new GraphBuilder();
  const { heads, headSize, asksByLastState } = attentionForm(shape)!;
  const weights = 'attention.by.frame';
  if (!asksByLastState) {
    graph.add('MatMul', [states, 'pooling.query'], 'scores');
    graph.add('Softmax', ['scores'], weights, { axis: 0 }, 'Over the frames.');
    graph.add('Mul', [states, weights], 'weighed');
    graph.add('ReduceSum', ['weighed', first], 'pooled', { keepdims: 0 });
  } else {
    graph.integers('axis.head.units', [3]);
    graph.add('Squeeze', [last, first], 'last');
    graph.add('Gemm', ['last', 'pooling.query.weights', 'pooling.query.bias'], 'query', { transB: 1 });
    graph.add('Reshape', ['query', graph.integers('query.sizes', [0, heads, headSize])], 'query.by.head');
    graph.add('Reshape', [states, graph.integers('states.sizes', [0, 0, heads, headSize])], 'states.by.head');
    graph.add('Mul', ['states.by.head', 'query.by.head'], 'products');
    graph.add('ReduceSum', ['products', 'axis.head.units'], 'sums', { keepdims: 0 });
    graph.add('Div', ['sums', graph.floats('root.of.head.size', [], [Math.sqrt(headSize)])], 'scores');
    graph.add('Softmax', ['scores'], weights, { axis: 0 }, 'Over the frames.');
    graph.add('Unsqueeze', [weights, 'axis.head.units'], 'attention.by.head');
    graph.add('Mul', ['states.by.head', 'attention.by.head'], 'weighed');
    graph.add('ReduceSum', ['weighed', first], 'pooled.by.head', { keepdims: 0 });
    graph.add('Reshape', ['pooled.by.head', graph.integers('pooled.sizes', [0, shape.hiddenSize])], 'pooled');
  }
  graph.add('Transpose', [weights], ATTENTION_OUTPUT, { perm: [1, 0, 2] });
  return graph;
}
