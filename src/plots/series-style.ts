/** How the series of a plot differ: in colour, and for who does not tell colours apart, in dashes and in shape. */
const DASHES = [undefined, '7 4', '2 3', '10 3 2 3', '4 3', '12 4'] as const;

/** Okabe & Ito's palette (2008), which people with any colour vision tell apart, darkened for light paper. */
const LIGHT = ['#a03d00', '#005f92', '#00735a', '#8f3f73', '#625e57', '#7d5200'] as const;
const DARK = ['#ff9b57', '#6cc0f2', '#3fc9a0', '#e39bc7', '#b9b6b2', '#e8c64f'] as const;

export const SERIES_STYLE_COUNT = LIGHT.length;

/** The dashes of the series at this place; undefined for a solid line. */
export function dashes(series: number): string | undefined {
  return DASHES[series % DASHES.length];
}

/** The outline of a point of the series at this place, about (0, 0): a circle, square, triangle, diamond and so on. */
export function pointShape(series: number): string {
  const shapes = [
    'M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0Z',
    'M-2.8 -2.8H2.8V2.8H-2.8Z',
    'M0 -3.6L3.4 2.6H-3.4Z',
    'M0 -3.8L3.8 0L0 3.8L-3.8 0Z',
    'M-1 -3.4H1V-1H3.4V1H1V3.4H-1V1H-3.4V-1H-1Z',
    'M0 3.6L3.4 -2.6H-3.4Z',
  ];
  return shapes[series % shapes.length]!;
}

/**
 * The colours of a plot, as a style sheet inside it: by day, by night where the system says so, and with `data-theme` on the
 * root of a page that it stands in.
 */
export function styleSheet(): string {
  const colours = (ink: string, quiet: string, grid: string, paper: string, series: readonly string[]): string =>
    `--ink:${ink};--quiet:${quiet};--grid:${grid};--paper:${paper};` +
    series.map((colour, i) => `--series-${i}:${colour}`).join(';');
  const light = colours('#1d1c1a', '#625e57', '#d8d4cc', '#fbfaf8', LIGHT);
  const dark = colours('#edecea', '#a5a3a0', '#3a3a41', '#17171a', DARK);
  const series = LIGHT.map((_, i) => `.s${i}{--mark:var(--series-${i})}`).join('');
  return [
    `.heed-plot{${light};color-scheme:light dark;font:12px Inter,system-ui,sans-serif}`,
    `@media (prefers-color-scheme:dark){.heed-plot{${dark}}}`,
    `:root[data-theme=light] .heed-plot{${light}}:root[data-theme=dark] .heed-plot{${dark}}`,
    '.heed-plot text{fill:var(--ink)}.heed-plot .quiet{fill:var(--quiet)}.heed-plot .title{font-size:15px;font-weight:600}',
    '.heed-plot .paper{fill:var(--paper)}.heed-plot .grid{stroke:var(--grid)}.heed-plot .zero{stroke:var(--quiet)}',
    '.heed-plot .line{fill:none;stroke:var(--mark);stroke-width:1.8;stroke-linejoin:round}',
    '.heed-plot .point{fill:var(--mark)}.heed-plot .bar{fill:var(--mark);fill-opacity:.75;stroke:var(--mark)}',
    series,
  ].join('\n');
}
