import { setImmediate } from 'node:timers/promises';
import { asHeedError } from '../../../errors.ts';
import { hopMs } from '../../../features/settings.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { BACKGROUND_FOLDER } from '../../../dataset/labels.ts';
import { analyseClip } from '../../../model/clip-analysis.ts';
import { NEVER_FIRES } from '../../../model/model.ts';
import type { ComputeBackend } from '../../../nn/network.ts';
import type { JsonFile } from '../../../store/json-file.ts';
import type { Take } from '../../../store/takes/take.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import { takeThresholdCurve } from '../../../streaming/take-thresholds.ts';
import { Confusion } from '../../../training/metrics.ts';
import type { Settings } from '../../contract/schemas.ts';
import type { UnderstandClip, UnderstandMatrix, WordCurve } from '../../contract/understand-schemas.ts';
import type { LoadedModel, ModelLibrary } from '../model-library.ts';

export interface UnderstandingOptions {
  readonly models: ModelLibrary;
  readonly settings: JsonFile<Settings>;
  readonly takes: TakesStore;
  readonly backend: ComputeBackend;
  /** The takes held out of the last lesson. */
  readonly heldOutIds: () => Promise<readonly string[]>;
}

/** 0, 0.02, … 1 */
const CURVE_THRESHOLDS = Array.from({ length: 51 }, (_, i) => i / 50);

/** In the order in which they are shown; the candidate is none of them. */
const SHOWN_GATES = ['update', 'input', 'forget', 'output', 'reset'] as const;

/** A take with every label's posterior, `[labels]`. */
interface ScoredTake {
  readonly take: Take;
  readonly posteriors: readonly number[];
  readonly best: number;
}

/** Looks into models with the user's own takes. */
export class Understanding {
  readonly #options: UnderstandingOptions;
  /** Posteriors of takes that were heard before; a model or a trim that changed makes another key. */
  readonly #heard = new WeakMap<LoadedModel, Map<string, readonly number[]>>();

  constructor(options: UnderstandingOptions) {
    this.#options = options;
  }

  /** @throws {HeedError} model-missing, and whatever reading the model or the list of takes says */
  async matrix(modelId: string | undefined, of: 'all' | 'held-out'): Promise<UnderstandMatrix> {
    const { models, takes } = this.#options;
    const loaded = await models.byId(modelId);
    const { labels } = loaded.model;
    const heldOut = new Set(await this.#options.heldOutIds());
    const all = (await takes.listTakes()).filter((take) => take.label !== BACKGROUND_FOLDER);
    const present = all.filter(({ id }) => heldOut.has(id));

    const scored: ScoredTake[] = [];
    const skipped: UnderstandMatrix['skipped'] = [];
    for (const take of of === 'all' ? all : present) {
      try {
        const posteriors = await this.#posteriors(loaded, take);
        scored.push({ take, posteriors, best: posteriors.indexOf(Math.max(...posteriors)) });
      } catch (error) {
        skipped.push({ takeId: take.id, reason: asHeedError(error).message });
      }
    }
    const counted = scored.filter(({ take }) => !take.leftOut);
    const rows = [...new Set([...labels, ...counted.map(({ take }) => take.label)])];
    const confusion = new Confusion(rows);
    for (const { take, best } of counted) confusion.add(rows.indexOf(take.label), best);
    const own = (await this.#options.settings.get()).thresholds[loaded.id] ?? {};
    return {
      modelId: loaded.id,
      labels: rows,
      matrix: confusion.matrix,
      takes: scored
        .map(({ take, posteriors, best }) => ({
          ...{ takeId: take.id, word: take.label, answer: labels[best]!, score: posteriors[best]! },
          ...{ leftOut: take.leftOut, recordedAt: take.recordedAt },
        }))
        .sort((a, b) => a.score - b.score),
      curves: labels.flatMap((label, index) => {
        const threshold = loaded.model.decision.thresholds[index]!;
        return threshold < NEVER_FIRES ? [wordCurve(label, index, own[label] ?? threshold, counted)] : [];
      }),
      skipped,
      heldOutCount: present.length,
    };
  }

  /** @throws {HeedError} model-missing; usage where there is no such take; what reading either says */
  async clip(takeId: string, modelId: string | undefined): Promise<UnderstandClip> {
    const { models, takes, backend } = this.#options;
    const { id, model, extractor } = await models.byId(modelId);
    const take = await takes.take(takeId);
    const { samples } = await takes.trimmedSound(takeId);
    const analysis = analyseClip(model, backend, extractor, samples);
    const { windowStart, window, logMel, mfcc, posteriors, layers, attention } = analysis;
    const last = posteriors.subarray(posteriors.length - model.labels.length);
    const best = last.indexOf(Math.max(...last));
    const { sampleRateHz, windowFrames, frameLength, melBands, coefficients } = model.features;
    return {
      ...{ takeId, word: take.label, modelId: id, labels: [...model.labels] },
      ...{ answer: model.labels[best]!, score: last[best]!, sampleRateHz, samples: window },
      windowStartMs: (1000 * windowStart) / HEED_SAMPLE_RATE_HZ,
      takeMs: (1000 * samples.length) / HEED_SAMPLE_RATE_HZ,
      ...{ frames: windowFrames, hopMs: hopMs(model.features), frameMs: (1000 * frameLength) / sampleRateHz },
      ...{ bands: melBands, logMel, coefficients, mfcc, posteriors, units: model.shape.hiddenSize },
      cell: model.shape.cell,
      attention: attention ? { heads: attention.heads, weights: Float32Array.from(attention.weights) } : null,
      layers: layers.map(({ gates }) =>
        SHOWN_GATES.filter((name) => gates.has(name)).map((name) => ({
          name,
          values: Float32Array.from(gates.get(name)!),
        })),
      ),
    };
  }

  async #posteriors(loaded: LoadedModel, take: Take): Promise<readonly number[]> {
    const known = this.#heard.get(loaded) ?? new Map<string, readonly number[]>();
    this.#heard.set(loaded, known);
    const key = JSON.stringify([take.id, take.trim]);
    const before = known.get(key);
    if (before) return before;
    const { scores } = await loaded.recogniser.classifySound(await this.#options.takes.trimmedSound(take.id));
    const posteriors = loaded.model.labels.map((label) => scores[label]!);
    known.set(key, posteriors);
    await setImmediate(); // live sound comes first
    return posteriors;
  }
}

function wordCurve(label: string, index: number, threshold: number, scored: readonly ScoredTake[]): WordCurve {
  const takes = scored.map(({ take, posteriors, best }) => ({
    isWord: take.label === label,
    posterior: posteriors[index]!,
    isHighest: best === index,
  }));
  const wordCount = takes.filter(({ isWord }) => isWord).length;
  const points = [...takeThresholdCurve(takes, CURVE_THRESHOLDS)];
  return { label, threshold, takes: wordCount, others: takes.length - wordCount, points };
}
