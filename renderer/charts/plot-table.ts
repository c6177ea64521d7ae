import type { LabPlot } from '../../src/engine/contract/studio-lab-schemas.ts';

/** The numbers behind a plot: a row for each place on its x axis, a column for each series. */
export function plotTable({ x, series }: LabPlot): { columns: string[]; rows: [head: string, ...cells: string[]][] } {
  const places = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  const values = series.map(({ points }) => {
    const at = new Map<number, number[]>();
    for (const point of points) at.set(point.x, [...(at.get(point.x) ?? []), point.y]);
    return at;
  });
  return {
    columns: [x.label, ...series.map(({ name }) => name)],
    rows: places.map((place) => [
      headOf(x, place),
      ...values.map((at) => at.get(place)?.map(plotNumber).join(', ') ?? '–'),
    ]),
  };
}

/** A number with four digits at most, and so small or large a one as a power of ten. */
export function plotNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(1).replace('-', '−').replace('e+', 'e');
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

function headOf({ ticks, scale }: LabPlot['x'], place: number): string {
  if (scale === 'time') return new Date(place).toISOString().slice(0, 10);
  return ticks?.find(({ at }) => at === place)?.text ?? plotNumber(place);
}
