import { cellOf, type CellName } from '../../nn/cells/cell.ts';
import type { NetworkShape } from '../../nn/network.ts';

/** A node of a graph, for whoever builds it. */
export interface NodeDescription {
  readonly opType: string;
  readonly inputs: readonly string[];
  /** One that is not wanted is named `''`. */
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, number>>;
  readonly about: string;
}

/** The ONNX operator that runs a cell, and what to know of its weights. */
const OPERATORS: Readonly<Record<CellName, { readonly opType: 'RNN' | 'GRU' | 'LSTM'; readonly about: string }>> = {
  rnn: { opType: 'RNN', about: '' },
  gru: {
    opType: 'GRU',
    about: 'The update gate is negated: in Heed, z near 1 takes the candidate; in ONNX, z near 1 keeps the state.',
  },
  'gru-reset-after': {
    opType: 'GRU',
    about: 'The update gate is negated: in Heed, z near 1 takes the candidate; in ONNX, z near 1 keeps the state.',
  },
  lstm: { opType: 'LSTM', about: '' },
  mgu: { opType: 'GRU', about: 'A minimal gated unit: one gate is both gates of a GRU, negated as its update gate.' },
};

/** The operator that runs the layers of a cell. */
export function recurrentOperator(cell: CellName): 'RNN' | 'GRU' | 'LSTM' {
  return OPERATORS[cell].opType;
}

/** The names of one layer's tensors in the graph. */
export interface LayerTensorNames {
  readonly weights: string;
  readonly recurrentWeights: string;
  readonly biases: string;
}

export function layerTensorNames({ cell }: Pick<NetworkShape, 'cell'>, layer: number): LayerTensorNames {
  const prefix = `${cell === 'gru-reset-after' ? 'gru' : cell}.${layer}`;
  return { weights: `${prefix}.W`, recurrentWeights: `${prefix}.R`, biases: `${prefix}.B` };
}

/** The sizes of one layer's tensors, by name. */
export function layerTensorSizes(shape: NetworkShape, layer: number): [name: string, dimensions: readonly number[]][] {
  const { inputSize, hiddenSize } = shape;
  const names = layerTensorNames(shape, layer);
  const rows = cellOf(shape).gates.length * hiddenSize;
  return [
    [names.weights, [1, rows, layer === 0 ? inputSize : hiddenSize]],
    [names.recurrentWeights, [1, rows, hiddenSize]],
    [names.biases, [1, 2 * rows]],
  ];
}

/** Names of what a layer starts from and leaves, `[1, batch, units]` each; the memory is an LSTM's. */
export interface CarriedNames {
  readonly state: string;
  readonly memory: string;
}

/**
 * The nodes of one recurrent layer.
 * @param input name of `[frames, batch, inputs]`
 * @param before what it starts from; zeros where undefined
 * @param states name for all states, `[frames, 1, batch, units]`; `''` where only the last is wanted
 * @param after names for what it leaves; undefined where only `states` are wanted
 */
export function recurrentNodes(
  shape: NetworkShape,
  layer: number,
  input: string,
  before: CarriedNames | undefined,
  states: string,
  after: CarriedNames | undefined,
): NodeDescription[] {
  const { cell, hiddenSize } = shape;
  const { opType, about } = OPERATORS[cell];
  const { hasMemory } = cellOf(shape);
  const names = layerTensorNames(shape, layer);
  const [tying, tensors] = cell === 'mgu' ? tiedGates(names) : [[], names];
  const start = before ? ['', before.state, ...(hasMemory ? [before.memory] : [])] : [];
  const end = after ? [after.state, ...(hasMemory && after.memory !== '' ? [after.memory] : [])] : [];
  return [
    ...tying,
    {
      opType,
      inputs: [input, tensors.weights, tensors.recurrentWeights, tensors.biases, ...start],
      outputs: [states, ...end],
      attributes: {
        hidden_size: hiddenSize,
        ...(opType === 'GRU' && { linear_before_reset: cell === 'gru-reset-after' ? 1 : 0 }),
      },
      about,
    },
  ];
}

/**
 * Nodes that make a GRU's z, r, h out of a minimal gated unit's f, h: r = f, and z = −f. All of it is constant, and done
 * once when the file is loaded.
 */
function tiedGates(names: LayerTensorNames): [NodeDescription[], LayerTensorNames] {
  const nodes: NodeDescription[] = [];
  const add = (opType: string, inputs: string[], outputs: string[], attributes: Record<string, number> = {}): void => {
    nodes.push({ opType, inputs, outputs, attributes, about: '' });
  };
  const tie = (name: string): string => {
    // The biases of W, then those of R.
    const halves = name === names.biases ? ['.w', '.r'] : [''];
    const part = (half: string, gate: string): string => `${name}${half}.${gate}`;
    add(
      'Split',
      [name],
      halves.flatMap((half) => [part(half, 'f'), part(half, 'h')]),
      { axis: 1 },
    );
    for (const half of halves) add('Neg', [part(half, 'f')], [part(half, 'z')]);
    add(
      'Concat',
      halves.flatMap((half) => ['z', 'f', 'h'].map((gate) => part(half, gate))),
      [`${name}.gates`],
      { axis: 1 },
    );
    return `${name}.gates`;
  };
  return [
    nodes,
    { weights: tie(names.weights), recurrentWeights: tie(names.recurrentWeights), biases: tie(names.biases) },
  ];
}
