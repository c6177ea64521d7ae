/** The recurrent cells, by the names that a network's shape and the command line have for them. */
export const CELL_NAMES = ['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu'] as const;
export type CellName = (typeof CELL_NAMES)[number];

/** One linear map of a cell: weights over `[h, x]` and a bias, and the function that they go through. */
export interface Gate {
  /** Its name among the parameters: `layers.0.<name>.weights`. */
  readonly name: 'reset' | 'update' | 'input' | 'forget' | 'output' | 'candidate';
  /** What its bias is before training. */
  readonly initialBias: number;
}

/**
 * What distinguishes one recurrent cell from another, as far as layers, parameters and files need to know; what it does
 * with its gates is in `steps.ts`, and in `src/native/core/cell_*.h`.
 */
export interface Cell {
  readonly name: CellName;
  /** The name by which people know it. */
  readonly title: string;
  /** In the order in which their rows are stacked, in parameters and in products. The candidate goes through tanh, all others through σ. */
  readonly gates: readonly Gate[];
  /**
   * How the candidate sees the previous state:
   *
   *     as-is    W·h                  like all other gates
   *     gated    W·(g ⊙ h)            a gate of the cell acts before the product; the candidate is then the last gate
   *     scaled   g ⊙ (W·h + b')       and after it, with a bias of the candidate's own inside; likewise
   */
  readonly candidateSees: 'as-is' | 'gated' | 'scaled';
  /** Whether a second vector goes from frame to frame beside the state: an LSTM's memory c. */
  readonly hasMemory: boolean;
}

/** A gate that takes the candidate starts at σ(−1) ≈ 0.27: a state outlives its frame, and gradients reach far back. */
const SLOW = -1;
/** The same of a gate that keeps: σ(1) ≈ 0.73 (Jozefowicz et al. 2015). */
const KEEPING = 1;

const GRU_GATES: readonly Gate[] = [
  { name: 'reset', initialBias: 0 },
  { name: 'update', initialBias: SLOW },
  { name: 'candidate', initialBias: 0 },
];

const CELLS: Readonly<Record<CellName, Cell>> = {
  rnn: {
    name: 'rnn',
    title: 'simple recurrent (tanh)',
    gates: [{ name: 'candidate', initialBias: 0 }],
    candidateSees: 'as-is',
    hasMemory: false,
  },
  gru: {
    name: 'gru',
    title: 'GRU',
    gates: GRU_GATES,
    candidateSees: 'gated',
    hasMemory: false,
  },
  'gru-reset-after': {
    name: 'gru-reset-after',
    title: 'GRU, reset after the product',
    gates: GRU_GATES,
    candidateSees: 'scaled',
    hasMemory: false,
  },
  lstm: {
    name: 'lstm',
    title: 'LSTM',
    gates: [
      { name: 'input', initialBias: 0 },
      { name: 'forget', initialBias: KEEPING },
      { name: 'candidate', initialBias: 0 },
      { name: 'output', initialBias: 0 },
    ],
    candidateSees: 'as-is',
    hasMemory: true,
  },
  mgu: {
    name: 'mgu',
    title: 'minimal gated unit',
    gates: [
      { name: 'forget', initialBias: SLOW },
      { name: 'candidate', initialBias: 0 },
    ],
    candidateSees: 'gated',
    hasMemory: false,
  },
};

/** The cell of that name. */
export function cellOf({ cell }: { readonly cell: CellName }): Cell {
  return CELLS[cell];
}

/** The GRU whose reset gate acts before the product (Heed's own), or after it. */
export function gruCell(resetAfter: boolean): 'gru' | 'gru-reset-after' {
  return resetAfter ? 'gru-reset-after' : 'gru';
}

/** How many gates multiply the previous state as it is; they come first. */
export function directGateCount({ gates, candidateSees }: Cell): number {
  return candidateSees === 'as-is' ? gates.length : gates.length - 1;
}
