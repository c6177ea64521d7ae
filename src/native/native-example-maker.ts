import type { ExampleMaker } from '../dataset/example-maker.ts';
import { planExample, type ExamplePlan, type PlanSource } from '../dataset/example-plan.ts';
import type { Normaliser } from '../features/normaliser.ts';
import { windowLength, type FeatureSettings } from '../features/settings.ts';
import type { NativeAddon } from './addon.ts';
import { coded, codedAsync } from './coded-errors.ts';

/**
 * The example maker of the native core: it reads sounds in shared memory where they are, and copies others once; plans are
 * drawn here, and the work on samples and frames is done on its threads.
 */
export function createNativeExampleMaker(
  addon: NativeAddon,
  source: PlanSource,
  settings: FeatureSettings,
  instructionSet = addon.instructionSets[0]!,
): ExampleMaker {
  const examples = coded(() => new addon.NativeExamples(settings, instructionSet));
  for (const { samples } of source.clips) coded(() => examples.addClip(samples));
  for (const recording of source.background.recordings) coded(() => examples.addRecording(recording));
  const length = windowLength(settings);
  let normalising: Normaliser | undefined;
  return {
    async make(clips, epoch, first, out, normaliser) {
      if (normaliser !== normalising) {
        coded(() => examples.setNormaliser(normaliser?.mean, normaliser?.deviation));
        normalising = normaliser;
      }
      const plans = new Float64Array(clips.length * addon.planLength);
      clips.forEach((clip, i) => {
        const plan = planExample(source, clip, epoch, first + i, length, settings.windowFrames);
        encodePlan(normaliser ? plan : { ...plan, maskLength: 0 }, plans, i * addon.planLength);
      });
      await codedAsync(() => examples.make(plans, out));
    },
  };
}

/** The fields in the order of `ExamplePlan` in core/examples.h. */
function encodePlan(plan: ExamplePlan, out: Float64Array, at: number): void {
  const { background, splice } = plan;
  const recording = background?.kind === 'recording' ? background : undefined;
  const noise = background?.kind === 'noise' ? background : undefined;
  out.set(
    [
      ...[plan.clip, plan.start, plan.playbackRate, plan.tilt],
      ...[recording ? 1 : noise ? 2 : 0, recording?.recording ?? 0, recording?.position ?? 0],
      ...[noise?.seed ?? 0, noise?.pole ?? 0, noise?.rms ?? 0],
      ...[plan.snrDb, plan.lowPassHz, plan.gainDb, plan.ditherSeed ?? -1, plan.maskStart, plan.maskLength],
      ...[plan.neighbour, splice?.clip ?? -1, splice?.start ?? 0, splice?.at ?? 0, splice?.side === 'after' ? 1 : 0],
    ],
    at,
  );
}
