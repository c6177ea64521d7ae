import { cellOf } from '../../nn/cells/cell.ts';
import type { NetworkShape } from '../../nn/network.ts';
import type { Model } from '../model.ts';
import { clipGraph } from '../onnx/clip-graph.ts';
import { addFactorProducts, factoredClipGraph, ranksOf } from '../onnx/factored-graph.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { addInt8Matrix, int8Names, isMatrix, scaleSizes } from '../onnx/int8-graph.ts';
import { toInt8 } from '../onnx/int8-weights.ts';
import { type CarriedNames, recurrentNodes } from '../onnx/recurrent-nodes.ts';
import { graphWeights } from '../onnx/write.ts';

/** Names of a stream's tensors where they enter the graph, and where they leave it. */
export const STREAM_NAMES = { state: 'state', nextState: 'next_state', tail: 'tail', nextTail: 'next_tail' } as const;

/**
 * Adds the normaliser and the weights, by the names under which the networks below read them.
 *
 * In eight bits, a matrix is kept as whole numbers with a scale for each row; Cast and Mul make float32 of it again. ONNX
 * Runtime does that once, when it loads the file, and then runs the very same operators as for float32, as fast. Two other
 * ways were measured beside it, on one thread with two layers of 192 and of 256 units. DequantizeLinear, which ONNX Runtime
 * keeps for providers that compute in integers and so runs anew every time, takes twice as long for a frame, and a sixth
 * longer for a window. A cell taken apart into DynamicQuantizeLinear and MatMulInteger takes a fifth longer to nearly twice as
 * long for a window, inside a Scan; for a frame it is a fifth quicker, but it rounds the states as well, by a scale that all
 * of a batch share, so that what one stream is told depends on the others, and where the processor adds in 16 bits its sums
 * overflow.
 *
 * @throws {HeedError} model-format, shape-mismatch
 */
export function addWeights(graph: GraphBuilder, model: Model, int8: boolean): void {
  const values = graphWeights(model);
  const ranks = ranksOf(model.parameters);
  for (const [name, dimensions] of factoredClipGraph(model.shape, ranks).weights) {
    const tensor = values.get(name)!;
    if (!int8 || !isMatrix(name)) graph.floats(name, dimensions, tensor);
    else {
      const matrix = toInt8(tensor, dimensions.at(-1)!);
      const names = int8Names(name);
      graph.int8s(names.values, dimensions, matrix.values);
      graph.floats(names.scales, scaleSizes(dimensions), matrix.scales);
      addInt8Matrix(graph, name);
    }
  }
  addFactorProducts(graph, model.shape, ranks);
}

/**
 * Adds the network for whole clips: `features` `[batch, frames, coefficients]` → `logits` and `probabilities`
 * `[batch, classes]`.
 */
export function addClipNetwork(graph: GraphBuilder, shape: NetworkShape): void {
  const { nodes, constants } = clipGraph(shape);
  graph.append(nodes, constants);
}

/**
 * Adds the network for one frame of a live sequence: a frame of raw MFCCs and `state` → `logits`, `probabilities` and
 * `next_state`. The logits are those of the sequence so far.
 *
 * The state of a sequence is one row, all zeros before the first frame: the layers' states one behind the other, each with its memory behind it where the cell is an LSTM, then,
 * where the network pools by the mean, the sum of the top layer's states and how many they are, and where it pools by
 * attention, what `addOnlineAttention` keeps. A layer's last state,
 * `[directions, batch, hidden]`, has one direction and is at the same time a sequence of one frame for the layer above.
 *
 * @param frame  name of `[batch, coefficients]`
 */
export function addStreamNetwork(graph: GraphBuilder, shape: NetworkShape, frame: string): void {
  const { hiddenSize, layerCount, pooling } = shape;
  const { hasMemory } = cellOf(shape);
  const layers = Array.from({ length: layerCount }, (_, layer) => layer);
  const carried = (when: string, layer: number): CarriedNames => ({
    state: `${when}.${layer}`,
    memory: `${when}.${layer}.memory`,
  });
  const namesOf = ({ state, memory }: CarriedNames): string[] => (hasMemory ? [state, memory] : [state]);
  graph.integers('axis.first', [0]);
  graph.add('Unsqueeze', [STREAM_NAMES.state, 'axis.first'], 'before');
  const parts = layers.flatMap((layer) =>
    namesOf(carried('before', layer)).map((name) => ({ name, size: hiddenSize })),
  );
  if (pooling === 'mean') parts.push({ name: 'before.sum', size: hiddenSize }, { name: 'before.count', size: 1 });
  if (pooling === 'attention')
    parts.push(
      ...['sum', 'total', 'highest'].map((name, i) => ({ name: `before.${name}`, size: i === 0 ? hiddenSize : 1 })),
    );
  graph.integers(
    'state.sizes',
    parts.map(({ size }) => size),
  );
  graph.addMany(
    'Split',
    ['before', 'state.sizes'],
    parts.map(({ name }) => name),
    { axis: 2 },
  );

  graph.add('Sub', [frame, 'normaliser.mean'], 'centred');
  graph.add('Div', ['centred', 'normaliser.deviation'], 'normalised');
  graph.add('Unsqueeze', ['normalised', 'axis.first'], 'sequence', {}, 'A sequence of one frame.');
  let below = 'sequence';
  for (const layer of layers) {
    for (const node of recurrentNodes(shape, layer, below, carried('before', layer), '', carried('after', layer)))
      graph.addMany(node.opType, node.inputs, node.outputs, node.attributes, node.about);
    below = `after.${layer}`;
  }

  const after = layers.flatMap((layer) => namesOf(carried('after', layer)));
  let pooled = below;
  if (pooling === 'mean') {
    graph.add('Add', ['before.sum', below], 'after.sum');
    graph.add('Add', ['before.count', graph.floats('one', [], [1])], 'after.count');
    pooled = graph.add('Div', ['after.sum', 'after.count'], 'mean');
    after.push('after.sum', 'after.count');
  } else if (pooling === 'attention') {
    pooled = addOnlineAttention(graph, below);
    after.push('after.sum', 'after.total', 'after.highest');
  }
  graph.add('Concat', after, 'after', { axis: 2 });
  graph.add('Squeeze', ['after', 'axis.first'], STREAM_NAMES.nextState);
  graph.add('Squeeze', [pooled, 'axis.first'], 'pooled');
  graph.add('Gemm', ['pooled', 'head.weights', 'head.bias'], 'logits', { transB: 1 });
  graph.add('Softmax', ['logits'], 'probabilities', { axis: -1 });
}

/**
 * Attention with a learned query over a sequence that goes on: the sum of the states so far, each times e to its score above
 * the highest so far, and the sum of those weights. Where a score is higher, both are brought down to it (Milakov & Gimelshein
 * 2018, "Online normalizer calculation for softmax", algorithm 3). A total of zero is that of no frame.
 *
 * @param state  name of `[1, batch, units]`
 * @returns the name of the weighted mean, `[1, batch, units]`
 */
function addOnlineAttention(graph: GraphBuilder, state: string): string {
  graph.add('MatMul', [state, 'pooling.query'], 'score');
  graph.add('Greater', ['before.total', graph.floats('zero', [], [0])], 'is.not.first');
  graph.add('Max', ['before.highest', 'score'], 'higher');
  graph.add('Where', ['is.not.first', 'higher', 'score'], 'after.highest');
  graph.add('Sub', ['score', 'after.highest'], 'score.below');
  graph.add('Exp', ['score.below'], 'weight');
  graph.add('Sub', ['before.highest', 'after.highest'], 'fall');
  graph.add('Exp', ['fall'], 'fall.factor');
  graph.add('Where', ['is.not.first', 'fall.factor', 'zero'], 'kept');
  graph.add('Mul', ['before.sum', 'kept'], 'sum.kept');
  graph.add('Mul', [state, 'weight'], 'weighed');
  graph.add('Add', ['sum.kept', 'weighed'], 'after.sum');
  graph.add('Mul', ['before.total', 'kept'], 'total.kept');
  graph.add('Add', ['total.kept', 'weight'], 'after.total');
  return graph.add('Div', ['after.sum', 'after.total'], 'attended');
}
