/** A share of 0…1 as reports give it, with one decimal: "93.6 %" (with a space that does not break). */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

/** Bytes in megabytes, with one decimal: "1.4". */
export function formatMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** The day of a moment (milliseconds since 1970), as the user's system writes it. */
export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}
