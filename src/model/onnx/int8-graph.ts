import type { ClipGraph, InitialiserSizes } from './clip-graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { TensorProto_DataType } from './onnx_pb.ts';

/** The graph of a clip classifier with its matrices in eight bits. */
export interface Int8ClipGraph extends ClipGraph {
  /** Sizes of the matrices, by name; in place of each, `weights` has the scales of its rows. */
  readonly matrices: InitialiserSizes;
}

/** The tensors that stand for a matrix: whole numbers of its own size, and a scale for each of its rows. */
export function int8Names(matrix: string): { values: string; scales: string } {
  return { values: `${matrix}.int8`, scales: `${matrix}.scales` };
}

/** Of a graph's weights, the matrices are kept in eight bits; biases and the normaliser are few, and stay as they are. */
export function isMatrix(name: string): boolean {
  return name === 'head.weights' || name === 'pooling.query.weights' || /\.[WR](\.left|\.right)?$/.test(name);
}

/** `[…, rows, columns]` → `[…, rows, 1]`: the scales of a matrix multiply its rows. */
export function scaleSizes(matrix: readonly number[]): number[] {
  return [...matrix.slice(0, -1), 1];
}

/**
 * Adds what makes a matrix of its whole numbers and scales again.
 *
 * ONNX Runtime does that once, when it loads the file, and then runs the very same operators as for float32, as fast.
 */
export function addInt8Matrix(graph: GraphBuilder, name: string): void {
  const { values, scales } = int8Names(name);
  graph.add('Cast', [values], `${name}.whole`, { to: TensorProto_DataType.FLOAT });
  graph.add('Mul', [`${name}.whole`, scales], name, {}, 'Each row has a scale of its own.');
}

/** The same graph with its matrices in eight bits. */
export function int8ClipGraph(clip: ClipGraph): Int8ClipGraph {
  const matrices = new Map([...clip.weights].filter(([name]) => isMatrix(name)));
  const weights = new Map([...clip.weights].filter(([name]) => !isMatrix(name)));
  const graph = new GraphBuilder();
  for (const [name, dimensions] of matrices) {
    weights.set(int8Names(name).scales, scaleSizes(dimensions));
    addInt8Matrix(graph, name);
  }
  return { ...clip, nodes: [...graph.nodes, ...clip.nodes], weights, matrices };
}
