import { fileURLToPath } from 'node:url';

/** The checkout that this process runs from. */
export const rootFolder = fileURLToPath(new URL('../..', import.meta.url));
