/** A share of 0…1 as reports give it, with one decimal: "93.6 %" (with a space that does not break). */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

/** A file's size: "1.4 MB", "24 kB". */
export function formatBytes(bytes: number): string {
  return bytes < 1e5 ? `${Math.ceil(bytes / 1e3)}\u00a0kB` : `${(bytes / 1e6).toFixed(1)}\u00a0MB`;
}

/** The day of a moment (milliseconds since 1970), as the user's system writes it. */
export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}
