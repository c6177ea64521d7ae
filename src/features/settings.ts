import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { HeedError } from '../errors.ts';

/**
 * How sound becomes frames of MFCCs. A model carries these settings and their hash, and never runs on features made
 * with others.
 *
 * The recipe is Meyda's: window, power spectrum without the Nyquist bin, triangular mel bands from 0 Hz to Nyquist,
 * ln(1 + x), unnormalised DCT-II times two, c0 kept.
 */
export interface FeatureSettings {
  readonly kind: 'mfcc';
  readonly sampleRateHz: number;
  /** Samples per frame; a power of two, as Meyda wants. */
  readonly frameLength: number;
  /** Samples from the start of one frame to the start of the next. */
  readonly hopLength: number;
  readonly window: 'hanning';
  readonly melBands: number;
  readonly coefficients: number;
  /** Samples of ±1 are multiplied by this first: ln(1 + x) flattens everything when fed with small numbers. */
  readonly scale: number;
  /** Frames in the window that the model classifies at once. */
  readonly windowFrames: number;
}

/** The settings of Heed's own models: 32 ms frames every 10 ms, 98 of them for a second of sound. */
export const DEFAULT_FEATURE_SETTINGS: FeatureSettings = Object.freeze({
  kind: 'mfcc',
  sampleRateHz: 16_000,
  frameLength: 512,
  hopLength: 160,
  window: 'hanning',
  melBands: 40,
  coefficients: 40,
  scale: 32_768,
  windowFrames: 98,
});

/** The same settings with another hop: as many frames as a second holds. */
export function withHop(settings: FeatureSettings, hop: number): FeatureSettings {
  const hopLength = Math.round((hop * settings.sampleRateHz) / 1000);
  const windowFrames = Math.floor((settings.sampleRateHz - settings.frameLength) / hopLength) + 1;
  return { ...settings, hopLength, windowFrames };
}

/** Samples that the model's window spans: 98 frames of 512 at hop 160 take 16,032, a second and 2 ms. */
export function windowLength(settings: FeatureSettings): number {
  return (settings.windowFrames - 1) * settings.hopLength + settings.frameLength;
}

/** How long one hop lasts, in milliseconds. */
export function hopMs(settings: FeatureSettings): number {
  return (1000 * settings.hopLength) / settings.sampleRateHz;
}

/**
 * A short name for exactly these settings: the first 16 hexadecimal digits of the SHA-256 of their canonical JSON.
 * Two settings have the same hash only if they make the same features.
 */
export function featureHash(settings: FeatureSettings): string {
  const canonical = JSON.stringify(settings, Object.keys(settings).sort());
  return bytesToHex(sha256(utf8ToBytes(canonical))).slice(0, 16);
}

/**
 * Checks settings that came from outside.
 * @throws {HeedError} `feature-settings`, naming the first setting that cannot be
 */
export function checkFeatureSettings(settings: FeatureSettings): void {
  const refuse = (what: string): never => {
    throw new HeedError('feature-settings', `These feature settings cannot be used: ${what}.`);
  };
  const whole = (name: keyof FeatureSettings, low: number, high: number): void => {
    const value = settings[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high)
      refuse(`${name} must be a whole number from ${low} to ${high}, not ${String(value)}`);
  };
  if (settings.kind !== 'mfcc') refuse(`the kind must be mfcc, not ${String(settings.kind)}`);
  if (settings.window !== 'hanning') refuse(`the window must be hanning, not ${String(settings.window)}`);
  if (settings.sampleRateHz !== 16_000) refuse(`the sample rate must be 16000 Hz, not ${settings.sampleRateHz}`);
  whole('frameLength', 64, 4096);
  if ((settings.frameLength & (settings.frameLength - 1)) !== 0)
    refuse(`frameLength must be a power of two, not ${settings.frameLength}`);
  whole('hopLength', 16, settings.frameLength);
  whole('melBands', 2, 128);
  // Meyda rebuilds its filter bank on every call, and pads, when asked for more coefficients than bands (or than 40).
  whole('coefficients', 1, Math.min(40, settings.melBands));
  whole('windowFrames', 1, 10_000);
  if (!Number.isFinite(settings.scale) || settings.scale <= 0) refuse(`scale must be positive, not ${settings.scale}`);
}
