import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { windowLength } from '../../src/features/settings.ts';
import type { Model } from '../../src/model/model.ts';
import { createClipRecogniser } from '../../src/model/recogniser.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createRandom } from '../../src/random.ts';
import { LiveRecogniser, type LiveDetection } from '../../src/streaming/live-recogniser.ts';
import { randomModel } from '../model/random-model.ts';

const model = randomModel();
const extractor = createMeydaExtractor(model.features);
const clipRecogniser = createClipRecogniser(model, createReferenceBackend(), extractor);
const window = windowLength(model.features);

/** Coloured noise whose loudness wanders, so that no two windows are alike. */
function sound(seconds: number, seed: number): Float32Array {
  const random = createRandom(seed);
  let last = 0;
  return Float32Array.from({ length: Math.round(seconds * 16_000) }, (_, i) => {
    last = 0.7 * last + 0.1 * random.normal();
    return last * (1 + Math.sin(i / 1500)) * 0.5;
  });
}

interface Heard {
  readonly posteriors: { readonly timeMs: number; readonly values: Float32Array; readonly smoothed: Float32Array }[];
  readonly frames: { readonly timeMs: number; readonly mfcc: Float32Array; readonly logMel: Float32Array }[];
  readonly detections: LiveDetection[];
}

function listener(decision: Partial<Model['decision']> = {}): { live: LiveRecogniser; heard: Heard } {
  const heard: Heard = { posteriors: [], frames: [], detections: [] };
  const live = new LiveRecogniser(
    { classifier: clipRecogniser, extractor, labels: model.labels, decision: { ...model.decision, ...decision } },
    {
      onFrame: (mfcc, logMel, timeMs) => heard.frames.push({ timeMs, mfcc: mfcc.slice(), logMel: logMel.slice() }),
      onPosteriors: (values, smoothed, timeMs) =>
        heard.posteriors.push({ timeMs, values: values.slice(), smoothed: smoothed.slice() }),
      onDetection: (detection) => heard.detections.push(detection),
    },
  );
  return { live, heard };
}

/** The window that ends at this time as an offline clip: with zeros in front of the stream's first sample. */
function clipEnding(samples: Float32Array, timeMs: number): Float32Array {
  const end = Math.round(timeMs * 16);
  const clip = new Float32Array(window);
  const start = Math.max(0, end - window);
  clip.set(samples.subarray(start, end), window - (end - start));
  return clip;
}

describe('LiveRecogniser', () => {
  it('gives the posteriors of the offline path on the same window, bit for bit, whatever the chunks', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.nat(1000), chunks, (seed, lengths) => {
        const samples = sound(0.9, seed);
        const { live, heard } = listener();
        for (let start = 0, i = 0; start < samples.length; i++) {
          const length = lengths[i % lengths.length]!;
          live.push(samples.subarray(start, start + length));
          start += length;
        }
        expect(heard.posteriors.length).toBe(8);
        for (const { timeMs, values } of heard.posteriors)
          expect(values).toEqual(clipRecogniser.posteriors(clipEnding(samples, timeMs)));
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  it('classifies one window that starts with the stream, as recognize does with the same samples', () => {
    const samples = sound(0.6, 5);
    const { live, heard } = listener();
    live.push(samples);
    const first = heard.posteriors.find(({ timeMs }) => timeMs === window / 16);
    expect(first?.values).toEqual(clipRecogniser.posteriors(samples.subarray(0, window)));
  });

  it('classifies every step, and says when each window ended', () => {
    const { live, heard } = listener();
    live.push(sound(1, 2));
    const times = heard.posteriors.map(({ timeMs }) => timeMs);
    expect(times.slice(1).map((timeMs, i) => timeMs - times[i]!)).toEqual(times.slice(1).map(() => 100));
    expect(times[0]).toBeLessThanOrEqual(100 + 32);
  });

  it('rounds a step to whole hops, and says so', () => {
    expect(listener({ stepMs: 104 }).live.stepMs).toBe(100);
    expect(listener({ stepMs: 1 }).live.stepMs).toBe(10);
  });

  it('tells of each frame of the sound once, as the extractor makes it', () => {
    const samples = sound(0.3, 3);
    const { live, heard } = listener();
    live.push(samples);
    expect(heard.frames.map(({ timeMs }) => timeMs)).toEqual(
      Array.from({ length: Math.floor((samples.length - 512) / 160) + 1 }, (_, frame) => 32 + 10 * frame),
    );
    const mfcc = new Float32Array(model.features.coefficients);
    const logMel = new Float32Array(model.features.melBands);
    extractor.extract(samples, 7 * 160, mfcc, 0, logMel);
    expect(heard.frames[7]).toEqual({ timeMs: 102, mfcc, logMel });
  });

  it('averages posteriors over the smoothing time', () => {
    const { live, heard } = listener({ smoothingMs: 200 });
    live.push(sound(0.5, 4));
    const [previous, newest] = heard.posteriors.slice(-2);
    newest!.smoothed.forEach((value, i) => {
      expect(value).toBeCloseTo((previous!.values[i]! + newest!.values[i]!) / 2, 6);
    });
  });

  it('detects with the label, the time and the very window that decided it', () => {
    const { live, heard } = listener({ thresholds: model.labels.map(() => 0.01) });
    const samples = sound(1.5, 6);
    live.push(samples);
    const [detection] = heard.detections;
    const decided = heard.posteriors.find(({ timeMs }) => timeMs === detection!.timeMs)!;
    expect(detection!.score).toBe(decided.smoothed[model.labels.indexOf(detection!.label)]);
    expect(detection!.samples).toEqual(clipEnding(samples, detection!.timeMs));
  });

  it('leaves out a chunk with a value that is no number, and goes on as though it had not come', () => {
    const samples = sound(0.6, 7);
    const clean = listener();
    clean.live.push(samples);
    const { live, heard } = listener();
    live.push(samples.subarray(0, 4000));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e30]) {
      const chunk = sound(0.3, 8);
      chunk[4000] = bad;
      expect(() => live.push(chunk)).toThrow(expect.objectContaining({ code: 'sound-invalid' }));
    }
    live.push(samples.subarray(4000));
    expect(heard.posteriors).toEqual(clean.heard.posteriors);
  });

  it('hears the same after a reset as when new', () => {
    const samples = sound(0.5, 9);
    const { live, heard } = listener({ thresholds: model.labels.map(() => 0.01) });
    live.push(samples);
    const first = structuredClone(heard);
    heard.posteriors.length = heard.frames.length = heard.detections.length = 0;
    live.reset();
    live.push(samples);
    expect(heard).toEqual(first);
  });

  it('refuses thresholds that are not one per label', () => {
    expect(() => listener({ thresholds: [0.5] })).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
  });

  describe('where nothing is loud enough for a voice', () => {
    const at = (dbfs: number, seconds: number): Float32Array => {
      const random = createRandom(3);
      return Float32Array.from({ length: seconds * 16_000 }, () => 10 ** (dbfs / 20) * random.normal());
    };
    const countingListener = (): { live: LiveRecogniser; windows: () => number; last: () => Float32Array } => {
      let windows = 0;
      let last = new Float32Array(0);
      const classifier = {
        openSetPosteriorsOfFrames: (mfcc: Float32Array) => {
          windows++;
          return clipRecogniser.posteriorsOfFrames(mfcc);
        },
      };
      const live = new LiveRecogniser(
        { classifier, extractor, labels: model.labels, decision: model.decision },
        { onPosteriors: (posteriors) => (last = posteriors.slice()) },
      );
      return { live, windows: () => windows, last: () => last };
    };

    it('takes it for silence without asking the network', () => {
      const { live, windows, last } = countingListener();
      live.push(at(-75, 2));
      expect(windows()).toBe(0);
      expect([...last()]).toEqual(model.labels.map((label) => (label === '_silence_' ? 1 : 0)));
    });

    it('asks again as soon as one frame is louder, and until that has left the window', () => {
      const { live, windows } = countingListener();
      live.push(at(-75, 2));
      live.push(at(-50, 0.1));
      const during = windows();
      live.push(at(-75, 5));
      expect(during).toBeGreaterThan(0);
      const windowsPerWindow = window / 16 / model.decision.stepMs;
      expect(Math.abs(windows() - during - windowsPerWindow)).toBeLessThanOrEqual(2);
    });

    it('asks for every window of a faint voice', () => {
      const { live, windows } = countingListener();
      live.push(Float32Array.from({ length: 32_000 }, (_, i) => 0.001 * Math.sin(i / 8)));
      expect(windows()).toBeGreaterThanOrEqual(19);
    });
  });
});
