import { rootMeanSquare } from '../../audio/level.ts';
import { amplitudeRatio } from './gain.ts';

/**
 * Adds `noise` to `samples`, in place, so loud that their powers over the window stand in the given ratio. Nothing
 * happens where either is digital silence: then no gain gives that ratio.
 */
export function mixBackground(samples: Float32Array, noise: Float32Array, snrDb: number): void {
  const signalRms = rootMeanSquare(samples);
  const noiseRms = rootMeanSquare(noise);
  if (signalRms === 0 || noiseRms === 0) return;
  const gain = signalRms / (noiseRms * amplitudeRatio(snrDb));
  for (let i = 0; i < samples.length; i++) samples[i]! += gain * noise[i]!;
}
