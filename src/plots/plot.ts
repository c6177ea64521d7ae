/** One point of a series. What is not finite, or not positive on a logarithmic axis, leaves a gap. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** Numbers that belong together under one name in the legend. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly PlotPoint[];
  /** A line through the points, the points themselves, or bars from zero; a line where left out. */
  readonly mark?: 'line' | 'points' | 'bars';
}

export interface PlotAxis {
  /** What it measures, with its unit: `maximum temperature (°C)`. */
  readonly label: string;
  /** Times are milliseconds since 1970, on a linear scale. */
  readonly scale?: 'linear' | 'logarithmic' | 'time';
  /** From where to where; round numbers around the points where left out. */
  readonly domain?: readonly [number, number];
  /** Where ticks are, and what they say; chosen to be round numbers where left out. */
  readonly ticks?: readonly { readonly at: number; readonly text: string }[];
}

/** A picture of some series over one pair of axes. */
export interface Plot {
  readonly title: string;
  /** What the picture shows, in a sentence or two, for who cannot see it. */
  readonly description: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
  /** In CSS pixels; 720 × 420 where left out. */
  readonly width?: number;
  readonly height?: number;
}
