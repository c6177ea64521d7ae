/**
 * The colours of sound pictures: from black over purple and orange to pale yellow, with lightness that only rises, so
 * that louder always looks brighter. Nine points of matplotlib's magma (CC0), straight lines between them.
 * @see https://bids.github.io/colormap/
 */
const STOPS = [0x000004, 0x1c1044, 0x4f127b, 0x812581, 0xb5367a, 0xe55964, 0xfb8761, 0xfec287, 0xfcfdbf];

/** 256 colours, `[256, 4]`: red, green, blue and full opacity. */
export const COLOR_MAP: Uint8ClampedArray = buildColorMap();

/** The scale is fixed, so that two sounds can be compared by eye. In dB of mel power of 16-bit samples. */
export const FLOOR_DB = 45;
export const CEILING_DB = 120;

const DB_PER_NEPER = 10 / Math.LN10;

/**
 * Which colour a value has, 0…255.
 * @param logMel  ln(1 + power) of one mel band; what is not a number counts as silence
 */
export function colorIndex(logMel: number): number {
  const share = (DB_PER_NEPER * logMel - FLOOR_DB) / (CEILING_DB - FLOOR_DB);
  return share > 0 ? Math.min(255, Math.round(255 * share)) : 0;
}

function buildColorMap(): Uint8ClampedArray {
  const map = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const position = (i / 255) * (STOPS.length - 1);
    const below = Math.min(STOPS.length - 2, Math.floor(position));
    const share = position - below;
    for (let channel = 0; channel < 3; channel++) {
      const shift = 16 - 8 * channel;
      const low = (STOPS[below]! >> shift) & 0xff;
      const high = (STOPS[below + 1]! >> shift) & 0xff;
      map[4 * i + channel] = low + share * (high - low);
    }
    map[4 * i + 3] = 255;
  }
  return map;
}
