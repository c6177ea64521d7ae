import { strings } from '../strings.ts';

/** The time left, roughly, as people say it. */
export function timeLeft(remainingMs: number | null): string {
  const text = strings.teach.timeLeft;
  if (remainingMs === null || !Number.isFinite(remainingMs)) return text.unknown;
  const seconds = remainingMs / 1000;
  if (seconds < 10) return text.seconds;
  if (seconds < 55) return text.aboutSeconds(Math.round(seconds / 10) * 10);
  return text.aboutMinutes(Math.max(1, Math.round(seconds / 60)));
}
