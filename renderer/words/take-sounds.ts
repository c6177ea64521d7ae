import type { EngineClient } from '../../src/engine/client.ts';
import type { CallOutput } from '../../src/engine/contract/calls.ts';

export type TakePicture = CallOutput<'takes.picture'>;
export type TakeSound = CallOutput<'takes.sound'>;

/** Pictures and sounds of takes, fetched once while they are likely to be wanted again. */
export interface TakeSounds {
  picture(id: string): Promise<TakePicture>;
  sound(id: string): Promise<TakeSound>;
}

/** A picture of a second has 16 KB, its sound 64. */
const PICTURES_KEPT = 500;
const SOUNDS_KEPT = 20;

export function createTakeSounds(engine: EngineClient): TakeSounds {
  return {
    picture: remembering((id) => engine.call('takes.picture', { id }), PICTURES_KEPT),
    sound: remembering((id) => engine.call('takes.sound', { id }), SOUNDS_KEPT),
  };
}

/** Keeps the newest answers; a take's sound never changes under its id. A failure is not kept. */
function remembering<T>(fetch: (id: string) => Promise<T>, count: number): (id: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (id) => {
    const known = kept.get(id);
    const answer = known ?? fetch(id);
    if (!known) answer.catch(() => kept.delete(id));
    kept.delete(id);
    kept.set(id, answer);
    if (kept.size > count) kept.delete(kept.keys().next().value!);
    return answer;
  };
}
