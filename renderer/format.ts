import { SILENCE, UNKNOWN, strings } from './strings.ts';

/** A share of 0…1 as a live percentage, without decimals: "97 %" (with a space that does not break). */
export function formatPercent(share: number): string {
  return `${Math.round(100 * Math.min(1, Math.max(0, share)))}\u00a0%`;
}

/** A level in dB below full scale: "−18 dB", with a true minus sign; anything at or below the floor is "−∞ dB". */
export function formatLevel(levelDb: number, floorDb = -90): string {
  if (!(levelDb > floorDb)) return '−∞\u00a0dB';
  const rounded = Math.round(levelDb);
  return `${rounded < 0 ? '−' : ''}${Math.abs(rounded)}\u00a0dB`;
}

/** The local time of day of a moment (milliseconds since 1970): "14:02:11". */
export function formatClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** A label as people read it: what is no word of the user's has a name of its own. */
export function displayLabel(label: string): string {
  if (label === SILENCE) return strings.listen.silence;
  if (label === UNKNOWN) return strings.listen.other;
  return label;
}

/** A share of 0…1 in a report, with one decimal: "97.3 %". */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
