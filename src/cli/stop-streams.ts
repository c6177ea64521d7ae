import type { EngineClient } from '../engine/client.ts';

/** Ends work on streams at Ctrl-C in good order, so that no half-written file stays behind. @returns forgets it again */
export function stopStreamsOnInterrupt(client: EngineClient): () => void {
  const onInterrupt = (): void => void client.call('streams.stop', {});
  process.on('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}
