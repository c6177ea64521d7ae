/** The first message of an engine's process to whoever started it: it is up, calls may come. */
export const ENGINE_READY = 'heed.engine-ready';
