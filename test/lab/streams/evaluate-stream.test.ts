import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWavStream } from '../../../src/audio/wav-stream.ts';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { createCompute } from '../../../src/engine/compute.ts';
import { allFrames } from '../../../src/features/clip-features.ts';
import { createMeydaExtractor } from '../../../src/features/meyda-extractor.ts';
import { computeNormaliser } from '../../../src/features/normaliser.ts';
import { evaluateStream, type EvaluateStreamSettings } from '../../../src/lab/streams/evaluate-stream.ts';
import { runLive, trackStream } from '../../../src/lab/streams/track-stream.ts';
import { createClipRecogniser } from '../../../src/model/recogniser.ts';
import type { Model } from '../../../src/model/model.ts';
import { createRandom } from '../../../src/random.ts';
import { decide } from '../../../src/streaming/posterior-track.ts';
import { createReferenceCompute, type Compute } from '../../../src/training/compute.ts';
import { StageProgress } from '../../../src/training/progress.ts';
import { randomModel } from '../../model/random-model.ts';
import { randomStates } from '../../model/random-states.ts';
import { NEVER, temporaryFolder } from '../../training/sound-folders.ts';

/** Random weights, normalised to the sound of these tests, so that words fire now and then. */
const model = ((): Model => {
  const random = randomModel({ pooling: 'mean' });
  const thresholds = random.decision.thresholds.map((threshold) => (threshold > 1 ? threshold : 0.3));
  const { values } = allFrames(noise(8, 16_000), createMeydaExtractor(random.features));
  return {
    ...random,
    normaliser: computeNormaliser([values], random.features.coefficients),
    decision: { ...random.decision, thresholds, refractoryMs: 200 },
  };
})();
const native = createCompute();
const extractor = createMeydaExtractor(model.features);
const live = { extractor, classifier: createClipRecogniser(model, native.backend, extractor) };
const COMPUTES: [string, Compute][] = [
  ['native core', native],
  ['reference', createReferenceCompute()],
];

/** Noise whose loudness and colour wander. */
function noise(seconds: number, sampleRateHz: number): Float32Array {
  const random = createRandom(7);
  let last = 0;
  return Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => {
    const at = i / sampleRateHz;
    last = (0.5 + 0.45 * Math.sin(at)) * last + 0.1 * random.normal();
    return last * (1 + Math.sin(3.1 * at)) * 0.4;
  });
}

const wandering = (seconds: number, sampleRateHz: number): Uint8Array =>
  writeWav({ samples: noise(seconds, sampleRateHz), sampleRateHz });

const recordingOf = (bytes: Uint8Array) =>
  openWavStream(
    { byteLength: bytes.length, read: (from, length) => Promise.resolve(bytes.slice(from, from + length)) },
    'a.wav',
  );
const stage = new StageProgress('evaluate-stream', '', 1, () => {});

async function files(truth: string): Promise<Pick<EvaluateStreamSettings, 'wav' | 'truth'>> {
  const folder = await temporaryFolder();
  const paths = { wav: join(folder, 's.wav'), truth: join(folder, 's.tsv') };
  await writeFile(paths.wav, wandering(16, 16_000));
  await writeFile(paths.truth, truth);
  return paths;
}

const evaluate = async (truth: string, options: Partial<EvaluateStreamSettings> = {}, signal = NEVER) =>
  evaluateStream(
    { ...(await files(truth)), model, live, sweep: false, realCost: false, ...options },
    native,
    () => {},
    signal,
  );

describe('trackStream', () => {
  it.each(COMPUTES)('gives the posteriors and the detections of the live recogniser: %s', async (_, compute) => {
    for (const sampleRateHz of [16_000, 44_100]) {
      const bytes = wandering(sampleRateHz === 16_000 ? 14 : 5, sampleRateHz);
      const options = { ...live, labels: model.labels, decision: model.decision };
      const heard = await runLive(await recordingOf(bytes), options, stage, NEVER);
      const track = await trackStream(await recordingOf(bytes), model, compute, stage, NEVER);
      expect(track.timesMs).toEqual(heard.track.timesMs);
      const differences = track.smoothed.map((posteriors, window) =>
        Math.max(...posteriors.map((posterior, label) => Math.abs(posterior - heard.track.smoothed[window]![label]!))),
      );
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      expect(heard.detections.length).toBeGreaterThan(1);
      expect(decide(track, model.decision, model.labels)).toEqual(heard.detections);
    }
  });

  it('doubts strange words as the live recogniser does', async () => {
    const states = randomStates(model.shape.hiddenSize);
    const doubting = { ...model, states, decision: { ...model.decision, unfamiliarityWeight: 0.5 } };
    const classifier = createClipRecogniser(doubting, native.backend, extractor);
    const options = { extractor, classifier, labels: model.labels, decision: doubting.decision };
    const bytes = wandering(14, 16_000);
    const { track: heard } = await runLive(await recordingOf(bytes), options, stage, NEVER);
    const track = await trackStream(await recordingOf(bytes), doubting, native, stage, NEVER);
    const trusting = await trackStream(await recordingOf(bytes), model, native, stage, NEVER);
    const largest = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
      Math.max(...a.flatMap((row, i) => [...row].map((value, label) => Math.abs(value - b[i]![label]!))));
    expect(largest(track.smoothed, heard.smoothed)).toBeLessThan(1e-4);
    expect(largest(track.smoothed, trusting.smoothed)).toBeGreaterThan(0.1);
  });

  it('stops soon when asked to', async () => {
    const tracking = trackStream(await recordingOf(wandering(30, 16_000)), model, native, stage, { aborted: true });
    await expect(tracking).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('evaluateStream', () => {
  it('finds what the model hears, as it is listened to live and in bulk alike', async () => {
    const options = { ...live, labels: model.labels, decision: model.decision };
    const { detections } = await runLive(await recordingOf(wandering(16, 16_000)), options, stage, NEVER);
    const truth = detections.map(({ timeMs, label }) => `${((timeMs - 100) / 1000).toFixed(3)}\t${label}\n`).join('');
    const { cpuShare, ...real } = await evaluate(truth, { realCost: true });
    const bulk = await evaluate(truth);
    expect(bulk).toEqual(real);
    expect(cpuShare).toBeGreaterThan(0);
    expect(bulk).toMatchObject({ hours: 16 / 3600, words: detections.length, wrongRate: 0, detectionRate: 1 });
    expect(bulk.medianLatencyMs).toBeCloseTo(100, 6);
  });

  it('sweeps one threshold for all words, among them the model’s own figures', async () => {
    const { sweep, ...own } = await evaluate('5\tyes\n10\tnö\n15\tcat\n', { sweep: true });
    const { perLabel: _, ...figures } = own;
    expect(sweep!.map(({ threshold }) => threshold)).toEqual([
      0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995,
    ]);
    expect(sweep!.find(({ threshold }) => threshold === 0.3)).toEqual({ threshold: 0.3, ...figures });
    expect(sweep!.at(-1)!.falseAcceptsPerHour).toBeLessThan(sweep![0]!.falseAcceptsPerHour);
  });

  it('takes all that is heard for false accepts where nothing is said', async () => {
    const { falseAcceptsPerHour, detectionRate, words } = await evaluate('');
    expect([detectionRate, words]).toEqual([null, 0]);
    expect(falseAcceptsPerHour).toBeGreaterThan(0);
  });

  it('refuses a truth file of another recording, and what is not there', async () => {
    await expect(evaluate('17\tyes\n')).rejects.toMatchObject({
      code: 'dataset',
      message: expect.stringContaining('Line 1') as string,
    });
    await expect(evaluate('', { truth: '/no/such.tsv' })).rejects.toMatchObject({ code: 'file-missing' });
    await expect(evaluate('', { wav: '/no/such.wav' })).rejects.toMatchObject({ code: 'file-missing' });
  });
});
