import type { CellName } from './cell.ts';
import { gruResetAfterSteps, gruResetBeforeSteps } from './gru-steps.ts';
import type { LayerActivations, LayerGradients } from './layer-buffers.ts';
import { lstmSteps } from './lstm-steps.ts';
import { mguSteps } from './mgu-steps.ts';
import { rnnSteps } from './rnn-steps.ts';

/** Where one frame lies in a layer's buffers; the states before and after it are rows of `states` and of `memory`. */
export interface FrameRows {
  readonly row: number;
  readonly before: number;
  readonly after: number;
  /** Sequences that have this frame. */
  readonly count: number;
}

/** What a cell does with its gates element by element, between the matrix products of one frame. */
export interface CellSteps {
  /**
   * Where a gate acts on the candidate's product (`gated`, `scaled`): σ of that gate, and `recurrent` written (gated: before
   * the product) or read (scaled: after it).
   */
  readonly gateCandidate?: (kept: LayerActivations, frame: FrameRows) => void;
  /** From the gates' sums to the gates and the next state. */
  readonly updateState: (kept: LayerActivations, frame: FrameRows) => void;
  /**
   * The derivative of `updateState`: from the gradient of the new state, which is that of `dStates` and `dCarried`, to those of
   * the gates' sums; `dCarried` (and `dMemory`) become what reaches the old state directly.
   */
  readonly updateStateBackward: (kept: LayerActivations, scratch: LayerGradients, frame: FrameRows) => void;
  /** The derivative of `gateCandidate`: reads `dRecurrent` (gated), writes it (scaled). */
  readonly gateCandidateBackward?: (kept: LayerActivations, scratch: LayerGradients, frame: FrameRows) => void;
}

export const CELL_STEPS: Readonly<Record<CellName, CellSteps>> = {
  rnn: rnnSteps,
  gru: gruResetBeforeSteps,
  'gru-reset-after': gruResetAfterSteps,
  lstm: lstmSteps,
  mgu: mguSteps,
};
