/** Relative luminance of an sRGB colour, channels 0…255; 0 for black, 1 for white. @see WCAG 2.2 */
export function relativeLuminance(channels: readonly number[]): number {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** Contrast of two colours written as #rrggbb, 1…21. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [one, other]
    .map((color) => relativeLuminance([1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))))
    .sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}
