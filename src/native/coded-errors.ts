import { HeedError, type ErrorCode } from '../errors.ts';

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

export function heedError(error: unknown): HeedError {
  if (error instanceof HeedError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return new HeedError(typeof code === 'string' ? (code as ErrorCode) : 'internal', String(message), { cause: error });
}
