import { COLOR_MAP, colorIndex } from './color-map.ts';

/** How much sound the picture shows. */
export const PICTURE_MS = 6000;

/** A word pinned to the column in which it was spoken; columns are counted from the first one ever. */
export interface Pin {
  readonly column: number;
  readonly label: string;
}

/** Two runs of the ring that, side by side, are the picture from its oldest column to its newest. */
export interface RingSlice {
  /** First column of the run, in the ring. */
  readonly from: number;
  readonly count: number;
  /** Where the run begins in the picture, in columns from its left edge. */
  readonly at: number;
}

/**
 * The newest seconds of log-mel frames as colours, in a ring of columns: a new column overwrites the oldest, and
 * nothing else moves. Low bands are at the bottom.
 */
export interface SoundPicture {
  /** Columns of the picture, one per hop. */
  readonly width: number;
  /** Mel bands. */
  readonly height: number;
  /** `[height, width, 4]`, ring order along the width. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Columns drawn since the beginning. */
  columns(): number;
  pins(): readonly Pin[];
  /** @param logMel  `[frames, bands]`; frames of another width than the picture's height are ignored */
  append(logMel: Float32Array, bands: number, timeMs: number): void;
  /** Pins a word to its loudest moment in the window that was decided on. */
  pin(label: string, decidedMs: number, windowMs: number): void;
  /** A new session begins: its time counts from 0 again, what is drawn stays. */
  beginSession(): void;
  /** The column at the picture's left edge minus that at its right, as ring runs. */
  slices(): RingSlice[];
}

export function createSoundPicture(height: number, hopMs: number): SoundPicture {
  const width = Math.round(PICTURE_MS / hopMs);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < pixels.length; i += 4) pixels.set(COLOR_MAP.subarray(0, 4), i);
  const loudness = new Float32Array(width);
  let columns = 0;
  let newestMs = 0;
  let pins: Pin[] = [];

  function drawColumn(frame: Float32Array): void {
    const x = columns % width;
    let sum = 0;
    for (let band = 0; band < height; band++) {
      const value = frame[band]!;
      const color = 4 * colorIndex(value);
      const pixel = 4 * ((height - 1 - band) * width + x);
      for (let channel = 0; channel < 3; channel++) pixels[pixel + channel] = COLOR_MAP[color + channel]!;
      sum += value;
    }
    loudness[x] = sum;
    columns++;
  }

  return {
    width,
    height,
    pixels,
    columns: () => columns,
    pins: () => pins,
    append(logMel, bands, timeMs) {
      if (bands !== height) return;
      for (let start = 0; start + bands <= logMel.length; start += bands)
        drawColumn(logMel.subarray(start, start + bands));
      newestMs = timeMs;
      const oldest = columns - width;
      if (pins.some((each) => each.column < oldest)) pins = pins.filter((each) => each.column >= oldest);
    },
    pin(label, decidedMs, windowMs) {
      const last = Math.min(columns - 1, columns - 1 - Math.round((newestMs - decidedMs) / hopMs));
      const first = Math.max(0, columns - width, last - Math.round(windowMs / hopMs) + 1);
      let loudest = last;
      for (let column = last; column >= first; column--)
        if (loudness[column % width]! > loudness[loudest % width]!) loudest = column;
      if (loudest >= 0) pins = [...pins, { column: loudest, label }];
    },
    beginSession() {
      newestMs = 0;
    },
    slices: () => ringSlices(columns, width),
  };
}

/** The runs of a ring of `width` columns, oldest first, after `columns` of them were written. */
export function ringSlices(columns: number, width: number): RingSlice[] {
  const split = columns % width;
  const older: RingSlice = { from: split, count: width - split, at: 0 };
  return split === 0 ? [older] : [older, { from: 0, count: split, at: width - split }];
}
