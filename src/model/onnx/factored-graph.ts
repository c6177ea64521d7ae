import { z } from 'zod';
import { LAYER_PARTS, multiplyFactors, type Factors, type LayerFactors, type LayerPart } from '../../nn/low-rank.ts';
import type { NetworkShape } from '../../nn/network.ts';
import type { ParameterSet } from '../../nn/parameters.ts';
import { rowsFromOnnx, rowsToOnnx } from '../layer-conversion.ts';
import { clipGraph, type ClipGraph } from './clip-graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { layerTensorNames, layerTensorSizes } from './recurrent-nodes.ts';

/**
 * Layers of low rank in a graph: in place of a matrix stand two thinner ones, and a MatMul that makes it of them. ONNX Runtime
 * does that once, when it loads the file, and then runs the same operators as for any model: the file is smaller, and as fast.
 */

/** The ranks of a layer's matrices W and R; 0 for one that is kept whole. */
export type LayerRanks = Readonly<Record<LayerPart, number>>;

const rank = z.number().int().min(0).max(4096);
/** The ranks of all layers as a file's metadata have them. */
export const ranksMetadata = z.array(z.strictObject({ input: rank, recurrent: rank })).max(64);

/** The ranks of a network's layers; undefined where all its matrices are whole. */
export function ranksOf({ factors }: ParameterSet): LayerRanks[] | undefined {
  return factors?.map(({ input, recurrent }) => ({ input: input?.rank ?? 0, recurrent: recurrent?.rank ?? 0 }));
}

/** Whether a network of this shape can have matrices of these ranks: one for each layer, and each with fewer numbers than whole. */
export function areRanksOf(shape: NetworkShape, ranks: readonly LayerRanks[]): boolean {
  return (
    ranks.length === shape.layerCount &&
    matricesOf(shape, ranks).every(
      ({ dimensions: [, rows, columns], rank: r }) => r === 0 || r * (rows! + columns!) < rows! * columns!,
    )
  );
}

/** The tensors that stand for a matrix `[1, rows, columns]`: `[1, rows, rank]` and `[1, rank, columns]`. */
export function factorNames(matrix: string): { left: string; right: string } {
  return { left: `${matrix}.left`, right: `${matrix}.right` };
}

/** As `clipGraph`, with the matrices that have a rank as factors. */
export function factoredClipGraph(shape: NetworkShape, ranks: readonly LayerRanks[] | undefined): ClipGraph {
  const clip = clipGraph(shape);
  if (!ranks) return clip;
  const sizes = new Map(matricesOf(shape, ranks).map((matrix) => [matrix.name, matrix]));
  const weights = new Map(
    [...clip.weights].flatMap(([name, dimensions]): [string, readonly number[]][] => {
      const { rank: r = 0 } = sizes.get(name) ?? {};
      if (r === 0) return [[name, dimensions]];
      const names = factorNames(name);
      const [, rows, columns] = dimensions as [number, number, number];
      return [
        [names.left, [1, rows, r]],
        [names.right, [1, r, columns]],
      ];
    }),
  );
  const graph = new GraphBuilder();
  addFactorProducts(graph, shape, ranks);
  return { ...clip, nodes: [...graph.nodes, ...clip.nodes], weights };
}

/** Adds what makes matrices of their factors again. */
export function addFactorProducts(
  graph: GraphBuilder,
  shape: NetworkShape,
  ranks: readonly LayerRanks[] | undefined,
): void {
  for (const { name, rank: r } of ranks ? matricesOf(shape, ranks) : []) {
    const { left, right } = factorNames(name);
    if (r > 0) graph.add('MatMul', [left, right], name, {}, `A matrix of rank ${r}, kept as its factors.`);
  }
}

/** The factors of a network by the names that its graph has for them, rows in ONNX's order. */
export function factorTensors(shape: NetworkShape, { factors }: ParameterSet): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  factors?.forEach((layer, index) =>
    LAYER_PARTS.forEach((part) => {
      const of = layer[part];
      if (!of) return;
      const { left, right } = factorNames(matrixName(shape, index, part));
      tensors.set(left, rowsToOnnx(shape.cell, of.left, shape.hiddenSize)).set(right, Float32Array.from(of.right));
    }),
  );
  return tensors;
}

/** The factors of all layers, of the tensors that `take` finds by their names. */
export function readFactors(
  shape: NetworkShape,
  ranks: readonly LayerRanks[],
  take: (tensor: string) => Float32Array,
): LayerFactors[] {
  return ranks.map((layer, index) =>
    Object.fromEntries(
      LAYER_PARTS.filter((part) => layer[part] > 0).map((part): [LayerPart, Factors] => {
        const { left, right } = factorNames(matrixName(shape, index, part));
        const rows = rowsFromOnnx(shape.cell, take(left), shape.hiddenSize);
        return [part, { rank: layer[part], left: rows, right: take(right) }];
      }),
    ),
  );
}

/** The matrix that factors in ONNX's order make, as a graph has it. */
export function productOf(left: Float32Array, right: Float32Array, of: number): Float32Array {
  return Float32Array.from(multiplyFactors({ rank: of, left, right }));
}

/** The matrices of all layers with their rank, by their names and sizes in the graph. */
function matricesOf(
  shape: NetworkShape,
  ranks: readonly LayerRanks[],
): { readonly name: string; readonly dimensions: readonly number[]; readonly rank: number }[] {
  return ranks.flatMap((layer, index) => {
    const sizes = new Map(layerTensorSizes(shape, index));
    return LAYER_PARTS.map((part) => {
      const name = matrixName(shape, index, part);
      return { name, dimensions: sizes.get(name)!, rank: layer[part] };
    });
  });
}

function matrixName(shape: NetworkShape, layer: number, part: LayerPart): string {
  const { weights, recurrentWeights } = layerTensorNames(shape, layer);
  return part === 'input' ? weights : recurrentWeights;
}
