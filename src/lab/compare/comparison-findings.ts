import type { ComparedCell } from './compare-cells.ts';
import type { CellReach } from './gradient-reach.ts';

/** A gradient that has shrunk below this share of what it was at the last frame has vanished. */
const VANISHED = 1e-6;
/** An update this much longer than the usual one is an explosion. */
const EXPLOSION = 10;

/** What the accuracies say: who is ahead, and whether by more than chance. */
export function accuracyFinding(cells: readonly ComparedCell[]): string {
  const ranked = cells
    .filter(({ meanAccuracy }) => meanAccuracy !== null)
    .sort((a, b) => b.meanAccuracy! - a.meanAccuracy!);
  const [best, second] = ranked;
  if (!best) return 'Every training diverged, so that there is nothing to compare.';
  const head = `${best.cell} gets ${percent(best.meanAccuracy!)} right`;
  if (!second) return `${head}.`;
  const lead = best.meanAccuracy! - second.meanAccuracy!;
  const chance = Math.max(best.deviation ?? 0, second.deviation ?? 0);
  const next = `${points(lead)} more than ${second.cell}`;
  if (lead <= 0) return `${head}, and so does ${second.cell}.`;
  if (best.deviation === null) return `${head}, ${next}; with a single run of each, that may be chance.`;
  return lead > 2 * chance
    ? `${head}, ${next}: more than the runs of one cell differ among themselves.`
    : `${head}, ${next}, which is no more than the runs of one cell differ among themselves.`;
}

export function trainingFinding(cells: readonly ComparedCell[]): string {
  const meanSeconds = ({ runs }: ComparedCell): number =>
    runs.reduce((sum, { trainingMs }) => sum + trainingMs, 0) / runs.length / 1000;
  return leastAndMost(cells, meanSeconds, (seconds) => `${seconds.toPrecision(2)} s`, 'trains in the least time');
}

export function speedFinding(cells: readonly ComparedCell[]): string {
  return leastAndMost(
    cells,
    ({ speed }) => speed.frameMicroseconds,
    (microseconds) => `${microseconds.toPrecision(2)} µs a frame`,
    'is the quickest to listen with',
  );
}

export function sizeFinding(cells: readonly ComparedCell[]): string {
  const sizes = cells.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
  if (sizes.length === 0) return 'Every training diverged, so that no model file was written.';
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const spread = least === 0 ? 0 : most / least - 1;
  return `The files are ${kilobytes(least)} to ${kilobytes(most)} kB, within ${percent(spread)} of each other, as they have nearly as many parameters.`;
}

/** How much of the gradient is left at the far end, for the cell that keeps the most and the one that keeps the least. */
export function reachFinding(reach: readonly CellReach[], norms: 'normsBefore' | 'normsAfter'): string {
  const left = reach
    .map((one) => ({
      cell: one.cell,
      share: one[norms].length === 0 ? Number.NaN : one[norms].at(-1)! / one[norms][0]!,
    }))
    .filter(({ share }) => Number.isFinite(share))
    .sort((a, b) => b.share - a.share);
  const [most, least] = [left[0], left.at(-1)];
  if (!most || !least) return 'Every training diverged, so that no gradient is left to look at.';
  const diverged = reach.filter((one) => one.diverged && norms === 'normsAfter').map(({ cell }) => cell);
  const lost = diverged.length === 0 ? '' : ` ${diverged.join(' and ')} diverged.`;
  const frames = Math.max(...reach.map((one) => one[norms].length));
  if (left.length === 1) return `Over ${frames} frames ${most.cell} keeps ${power(most.share)} of its gradient.${lost}`;
  const fate = least.share < VANISHED ? 'of which nothing can be learned any more' : 'which can still be learned from';
  return `Over ${frames} frames ${most.cell} keeps ${power(most.share)} of its gradient, and ${least.cell} ${power(least.share)}, ${fate}.${lost}`;
}

/** Whose updates jump most, without clipping. */
export function updatesFinding(reach: readonly CellReach[]): string {
  const jumps = reach
    .filter(({ updateNorms }) => updateNorms.length > 0)
    .map(({ cell, updateNorms, diverged }) => ({
      cell,
      diverged,
      jump: Math.max(...updateNorms) / median(updateNorms),
    }))
    .sort((a, b) => b.jump - a.jump);
  const [worst] = jumps;
  if (!worst) return 'No updates were looked at.';
  const diverged = jumps.filter((one) => one.diverged).map(({ cell }) => cell);
  if (diverged.length > 0)
    return `Without clipping ${diverged.join(' and ')} exploded beyond any number, and the training ended there.`;
  const times = worst.jump.toPrecision(2);
  return worst.jump >= EXPLOSION
    ? `Without clipping the longest gradient of ${worst.cell} is ${times} times its usual one: that is an explosion, which clipping would have cut.`
    : `Even without clipping no gradient explodes here: the longest, of ${worst.cell}, is ${times} times its usual one.`;
}

function leastAndMost(
  cells: readonly ComparedCell[],
  valueOf: (cell: ComparedCell) => number,
  textOf: (value: number) => string,
  does: string,
): string {
  const ranked = [...cells].sort((a, b) => valueOf(a) - valueOf(b));
  const [least, most] = [ranked[0], ranked.at(-1)];
  if (!least || !most) return 'Nothing was measured.';
  if (least === most) return `${least.cell}: ${textOf(valueOf(least))}.`;
  return `${least.cell} ${does}, ${textOf(valueOf(least))}; ${most.cell} takes ${textOf(valueOf(most))}.`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(share: number): string {
  return `${(100 * share).toFixed(1)} points`;
}

/** A share that can be as small as one in 10^200. */
function power(share: number): string {
  return share >= 0.001 ? percent(share) : `one part in 10^${Math.round(-Math.log10(share))}`;
}
