import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import type { Model } from '../../model/model.ts';
import { parameterSet } from '../../nn/parameters.ts';
import type { Compute } from '../compute.ts';
import { createStateNetwork, setLayers } from '../../model/pooled-states.ts';
import type { TrainEpoch } from '../progress.ts';
import type { ValidationScore } from '../validation.ts';
import { extendLabels, splitTakes, type AdaptationSet } from './adaptation-set.ts';
import { AdaptedHead, withHead } from './adapted-head.ts';
import { ElasticPasses } from './elastic-passes.ts';
import type { StateExamples } from './head.ts';
import { statisticsFromHead, withClasses } from './known-states.ts';
import { isBetterScore, scoreAnswers } from './score.ts';
import { DEFAULT_FINETUNE_TUNING, REFERENCE_FINETUNE_TUNING, type FinetuneTuning } from './settings.ts';
import { answers, type FeatureExamples } from './take-features.ts';
import { TakeVariations } from './take-variations.ts';

export interface AdaptListeners {
  onEpoch(epoch: TrainEpoch): void;
}

/** A model adapted to takes, and how it went. */
export interface Adaptation {
  /** With the new labels; the one to begin with where the new one would do worse on the held-out takes. */
  readonly model: Model;
  readonly newLabels: string[];
  /** Epochs done: the fit of the head, then the passes through all layers. */
  readonly epochs: number;
  /** The epoch whose layers the model has; 0 where it is the old one. */
  readonly bestEpoch: number;
  /** On held-out takes, before these were learned too. */
  readonly score: ValidationScore;
  readonly before: ValidationScore;
  readonly improved: boolean;
  readonly stopped: boolean;
}

/**
 * Teaches a model words from a few takes of one person.
 *
 * 1. The states of many variations of the takes, on the model's own layers, give each new word a row of the head, by
 *    discriminant analysis with the covariance that the model remembers. Old rows stay as they are, but for those of
 *    labels that the takes correct: they are fitted against states drawn from what the model remembers of the old words.
 * 2. Some passes of backpropagation through all layers, on a spring; after each the held-out takes are asked.
 * 3. With the layers that did best the rows are fitted again, now to all takes.
 *
 * Where the result answers fewer held-out takes rightly than the model it began with, that model is the result.
 * @param signal  ends it after the pass that runs, with the best so far
 * @throws {HeedError} dataset where there is nothing to learn; training-diverged
 */
export async function adaptModel(
  from: Model,
  set: AdaptationSet,
  { seed, tuning: changes }: { readonly seed: number; readonly tuning?: Partial<FinetuneTuning> | undefined },
  listeners: AdaptListeners,
  signal: CancelSignal,
  compute: Compute,
): Promise<Adaptation> {
  if (set.takes.length === 0)
    throw new HeedError('dataset', 'There are no takes to learn from; record some, and nothing was changed.');
  const usual = compute.backend.name === 'native' ? DEFAULT_FINETUNE_TUNING : REFERENCE_FINETUNE_TUNING;
  const tuning = { ...usual, ...changes };
  const labels = extendLabels(from.labels, set.takes);
  const takes = new TakeVariations(from, labels, set, splitTakes(set, seed), tuning, seed, compute);
  const heldOut = await takes.heldOut();
  const { windowFrames } = from.features;
  const before = scoreAnswers(
    await answers(compute.backend.createNetwork(from.shape, from.parameters), heldOut.features, windowFrames),
    heldOut.classes,
    labels,
    from.labels.length,
  );

  const shape = { ...from.shape, classCount: labels.length };
  const stateNetwork = createStateNetwork(compute.backend, from.shape, from.parameters.values);
  const statesOf = async ({ features, classes }: FeatureExamples): Promise<StateExamples> => ({
    states: await answers(stateNetwork, features, windowFrames),
    classes,
  });
  const all = await takes.all();
  const allStates = await statesOf(all);
  const rows = takes.trainingRows(all.classes.length);
  const classes = Int32Array.from(rows, (row) => all.classes[row]!);
  const first = { states: chosenRows(allStates.states, rows, all.classes.length), classes };
  const statistics = from.states ?? statisticsFromHead(from, first);
  const head = new AdaptedHead(from, labels, statistics, first, tuning, seed);
  const network = compute.backend.createNetwork(shape, withHead(from, head.head));

  const epochCount = 1 + tuning.passes;
  const startedMs = performance.now();
  let best: { epoch: number; score: ValidationScore; values: Float32Array } | undefined;
  const endEpoch = async (epoch: number, loss: number, trainAccuracy: number): Promise<void> => {
    const score = scoreAnswers(await answers(network, heldOut.features, windowFrames), heldOut.classes, labels);
    // More certainty alone earns nothing: layers that follow one voice serve its next takes less well.
    const better = best === undefined || score.accuracy > best.score.accuracy;
    if (better) best = { epoch, score, values: Float32Array.from(network.parameters.values) };
    const elapsedMs = performance.now() - startedMs;
    listeners.onEpoch({
      epoch,
      epochs: epochCount,
      ...{ loss, trainAccuracy, validationLoss: score.loss, validationAccuracy: score.accuracy },
      validationPerLabel: score.perLabel,
      ...{ best: better, elapsedMs, remainingMs: (elapsedMs / epoch) * (epochCount - epoch) },
    });
  };
  const fitted = scoreAnswers(head.logits(first), classes, labels);
  await endEpoch(1, fitted.loss, fitted.accuracy);

  const perPass = await takes.pass(1);
  const stepCount = tuning.passes * Math.ceil(perPass.classes.length / 32);
  const { learningRate, elasticity } = tuning;
  const passes = new ElasticPasses(network, {
    ...{ learningRate, elasticity, stepCount, seed },
    trainableRows: head.trainable,
  });
  let epochs = 1;
  for (let pass = 1; pass <= tuning.passes && !signal.aborted; pass++) {
    const { loss, accuracy } = await passes.run(pass === 1 ? perPass : await takes.pass(pass), windowFrames, signal);
    if (signal.aborted) break;
    await endEpoch(++epochs, loss, accuracy);
  }

  const { epoch: bestEpoch, score, values } = best!;
  if (bestEpoch > 1) setLayers(stateNetwork, shape, values);
  const lastStates = bestEpoch > 1 ? await statesOf(all) : allStates;
  head.fit(lastStates, tuning, seed);
  const layers = { ...from, shape, parameters: parameterSet(shape, 'float32', values) };
  const parameters = withHead(layers, head.head);
  const final = compute.backend.createNetwork(shape, parameters);
  const finalScore = scoreAnswers(await answers(final, heldOut.features, windowFrames), heldOut.classes, labels);
  const improved = isBetterScore(score, before) && finalScore.accuracy >= before.accuracy;
  const model: Model = {
    ...layers,
    parameters,
    labels,
    decision: { ...from.decision, thresholds: head.thresholds(lastStates) },
    states: withClasses(statistics, lastStates, takes.takesOf(all.classes.length), labels),
  };
  return {
    model: improved ? model : from,
    newLabels: improved ? labels.slice(from.labels.length) : [],
    ...{ epochs, bestEpoch: improved ? bestEpoch : 0, score: improved ? score : before, before, improved },
    stopped: signal.aborted,
  };
}

/** Some rows of a matrix `[rowCount, …]`. */
function chosenRows(values: Float32Array, rows: readonly number[], rowCount: number): Float32Array {
  const length = values.length / rowCount;
  const chosen = new Float32Array(rows.length * length);
  rows.forEach((row, i) => chosen.set(values.subarray(row * length, (row + 1) * length), i * length));
  return chosen;
}
