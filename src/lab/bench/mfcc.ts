import { clipFrames } from '../../features/clip-features.ts';
import { createMeydaExtractor } from '../../features/meyda-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS, windowLength } from '../../features/settings.ts';
import type { Compute } from '../../training/compute.ts';
import { compare, figure, type Comparison } from './figures.ts';
import { randomSounds } from './random-work.ts';
import { contenderPart } from './rounds.ts';
import type { Subject } from './subject.ts';

export interface MfccFigures {
  readonly frameMicroseconds: number;
  readonly comparisons: Comparison[];
}

/** Meyda takes ten milliseconds for a whole window; a run of it is this many frames. */
const MEYDA_FRAMES = 10;

/** Features of one window, on one core, by Heed's own settings. Counts frames. */
export function createMfcc(compute: Compute): Subject<MfccFigures> {
  const settings = DEFAULT_FEATURE_SETTINGS;
  const samples = new Float32Array(windowLength(settings));
  randomSounds(1)[0]!.forEach((sample, i) => (samples[i] = sample / 32_768));
  const own = compute.createExtractor(settings);
  const meyda = createMeydaExtractor(settings);
  const meydaFrame = new Float32Array(settings.coefficients);
  const [key, meydaKey] = ['MFCC', 'MFCC by Meyda'];
  return {
    parts: [
      contenderPart({ key, itemsPerRun: settings.windowFrames, run: () => void clipFrames(samples, own) }),
      contenderPart({
        key: meydaKey,
        itemsPerRun: MEYDA_FRAMES,
        run: () => {
          for (let i = 0; i < MEYDA_FRAMES; i++) meyda.extract(samples, i * settings.hopLength, meydaFrame, 0);
        },
      }),
    ],
    report: (samples) => ({
      frameMicroseconds: figure(samples, key, 'microseconds'),
      comparisons: [
        compare(
          samples,
          key,
          { with: 'Meyda', version: null },
          [{ name: 'as it comes', key: meydaKey }],
          'microseconds',
        ),
      ],
    }),
  };
}
