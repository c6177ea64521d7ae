import type { TeachEpoch, TeachPlan, TeachStatus } from '../../../src/engine/contract/teach-schemas.ts';
import { DEFAULT_TEACH_SETTINGS } from '../../../renderer/teach/teach.ts';

export const PLAN: TeachPlan = {
  settings: DEFAULT_TEACH_SETTINGS,
  fromModelId: 'heed-en',
  words: [
    { label: 'lamp on', takes: 8, heldOut: 2, missing: 0, isNew: true },
    { label: 'music', takes: 4, heldOut: 1, missing: 0, isNew: true },
  ],
  waiting: [{ label: 'stop it', takes: 1, heldOut: 0, missing: 2, isNew: true }],
  atRisk: [],
  negativeCount: 0,
  takeCount: 12,
  problem: null,
};

export const IDLE: TeachStatus = {
  ...{ phase: 'none', plan: null, epochs: [], progress: null, comparison: null, failure: null, used: null },
};

export function epoch(number: number, epochs: number): TeachEpoch {
  return {
    ...{ epoch: number, epochs, loss: 1 / number, trainAccuracy: 0.5, heldOutLoss: 0.75, heldOutAccuracy: 0.5 },
    ...{ heldOutPerWord: { 'lamp on': 0.5, music: 1 }, best: true, remainingMs: 60_000 },
  };
}

export const LEARNING: TeachStatus = {
  ...IDLE,
  phase: 'learning',
  plan: PLAN,
  epochs: [epoch(1, 10), epoch(2, 10)],
  progress: { stage: 'Training', done: 20, total: 100, remainingMs: 125_000 },
};
