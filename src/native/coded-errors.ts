import { asHeedError, HeedError, type ErrorCode } from '../errors.ts';

/** What the core says of itself; errors of Node's carry codes of their own. */
const coreCodes: ReadonlySet<ErrorCode> = new Set([
  'shape-mismatch',
  'feature-settings',
  'sound-invalid',
  'training-diverged',
  'cancelled',
  'busy',
  'out-of-memory',
  'usage',
] satisfies ErrorCode[]);

/** Runs a call of the core and turns its errors into HeedErrors: they carry the same codes. */
export function coded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw heedError(error);
  }
}

/** The same for a call that answers later. */
export async function codedAsync<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw heedError(error);
  }
}

/** The core's error as a HeedError of the same code; whatever else was thrown on the way is `internal`. */
export function heedError(error: unknown): HeedError {
  if (error instanceof HeedError || !(error instanceof Error)) return asHeedError(error);
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' && coreCodes.has(code as ErrorCode);
  return known ? new HeedError(code as ErrorCode, error.message, { cause: error }) : asHeedError(error);
}
