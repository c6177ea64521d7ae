import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  NetworkShape,
  OptimiserState,
  Precision,
  SequenceBatch,
  StepResult,
  Targets,
  TrainerSettings,
} from '../nn/network.ts';
import type { LayerFactors } from '../nn/low-rank.ts';
import type { FeatureSettings } from '../features/settings.ts';

/** The number that `core/addon.cpp` exports as `version`; both count up whenever the surface below changes. */
const ADDON_VERSION = 11;

/** What the C++ core offers; see `core/`. Its errors carry a `code`, as HeedErrors do. */
export interface NativeAddon {
  readonly version: number;
  /** The kernels that run on this processor, best first. */
  readonly instructionSets: readonly string[];
  /** Those of them that have instructions for bfloat16; with the others it is slower than float32. */
  readonly bf16InstructionSets: readonly string[];
  /** Those that multiply and add in float16; the others refuse it. */
  readonly float16InstructionSets: readonly string[];
  readonly NativeNetwork: new (
    shape: NetworkShape,
    instructionSet: string,
    precision?: Precision,
  ) => NativeNetworkHandle;
  readonly NativeTrainer: new (
    network: NativeNetworkHandle,
    settings: TrainerSettings,
    state?: OptimiserState,
  ) => NativeTrainerHandle;
  readonly NativeStream: new (network: NativeNetworkHandle, weights?: Precision) => NativeStreamHandle;
  readonly NativeExamples: new (settings: FeatureSettings, instructionSet: string) => NativeExamplesHandle;
  /** Numbers in an encoded example plan. */
  readonly planLength: number;
  /**
   * Runs `rounds` rounds of multiply-adds on each of so many threads, within the call.
   * @returns the floating-point operations of them all; a multiply-add is two
   */
  readonly peakFma: (instructionSet: string, threads: number, rounds: number, precision?: Precision) => number;
  readonly NativeMfcc: new (settings: FeatureSettings, instructionSet: string) => NativeMfccHandle;
}

export interface NativeNetworkHandle {
  setParameters(values: Float32Array): void;
  /** The same weights as factors, for streams; they hold until the weights are set or trained. */
  setFactors(layers: readonly LayerFactors[]): void;
  forward(batch: SequenceBatch): Float32Array;
  forwardAsync(batch: SequenceBatch): Promise<Float32Array>;
  cancel(): void;
}

export interface NativeTrainerHandle {
  step(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    parameters: Float32Array,
    inputGradient?: Float32Array,
  ): Promise<StepResult>;
  state(): OptimiserState;
}

export interface NativeStreamHandle {
  step(frame: Float32Array, logits: Float32Array): void;
  reset(): void;
}

export interface NativeExamplesHandle {
  /** Samples in shared memory are read where they are and held; others are copied. */
  addClip(samples: Int16Array): number;
  addRecording(samples: Int16Array): number;
  /** Without arguments features stay as they are. */
  setNormaliser(mean?: Float32Array, deviation?: Float32Array): void;
  /** Fills `out` `[plans, frames, coefficients]`. */
  make(plans: Float64Array, out: Float32Array): Promise<void>;
}

export interface NativeMfccHandle {
  /** Frames from `start` on, a hop apart; mfcc `[frames, coefficients]` from `mfccStart` on, logMel likewise. */
  extract(
    samples: Float32Array,
    start: number,
    frames: number,
    mfcc: Float32Array,
    mfccStart: number,
    logMel: Float32Array | undefined,
    logMelStart: number,
  ): void;
}

/** Why there is no native core here, or the core. */
export type LoadedAddon = { readonly addon: NativeAddon } | { readonly missing: string };

let loaded: LoadedAddon | undefined;

/**
 * The native core, loaded once: `build/native/heed.node` in the nearest folder above this program that has one.
 * HEED_NATIVE=off leaves it out; HEED_THREADS says how many threads it uses (1 to 64; one per core unless set).
 */
export function loadAddon(): LoadedAddon {
  if (process.env['HEED_NATIVE'] === 'off') return { missing: 'HEED_NATIVE switches it off' };
  return (loaded ??= loadAddonFrom(dirname(fileURLToPath(import.meta.url))));
}

/** The native core that this folder or the nearest one above it has. One of another version does not serve. */
export function loadAddonFrom(folder: string): LoadedAddon {
  const file = findAddon(folder);
  if (!file) return { missing: 'it was not built; `npm run build:native` says why' };
  try {
    const addon = createRequire(import.meta.url)(file) as NativeAddon;
    if (addon.version !== ADDON_VERSION)
      return { missing: 'it was built from another version of Heed; run `npm run build:native`' };
    return { addon };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function findAddon(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    // Electron unpacks native files beside the archive that holds the rest.
    const file = join(at, 'build', 'native', 'heed.node').replace('app.asar', 'app.asar.unpacked');
    if (existsSync(file)) return file;
    if (at === dirname(at)) return undefined;
  }
}
