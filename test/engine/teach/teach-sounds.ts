import type { EngineClient } from '../../../src/engine/client.ts';
import type { TeachSettings, TeachStatus } from '../../../src/engine/contract/teach-schemas.ts';
import { synthesise, type SoundKind } from '../../sounds/synthesise.ts';

/** A lesson that takes a second or two. */
export const SMALL_LESSON: TeachSettings = {
  ...{ method: 'scratch', depth: 'usual', heldOutShare: 0.2, passes: 20, rate: null, hidden: 16, layers: 1 },
};
/** One that is not over before a test has done with it. */
export const LONG_LESSON: TeachSettings = { ...SMALL_LESSON, passes: 1000 };

/** Puts takes of a kind of sound among the user's words. */
export async function addTakes(
  client: EngineClient,
  kind: SoundKind,
  count: number,
  label: string = kind,
): Promise<string[]> {
  const ids: string[] = [];
  for (let seed = 0; seed < count; seed++) {
    const sound = { samples: synthesise(kind, seed), sampleRateHz: 16_000 };
    ids.push((await client.call('takes.add', { label, sound })).id);
  }
  return ids;
}

/** Resolves with how things stand when the lesson's work has ended. */
export function whenEnded(client: EngineClient): Promise<TeachStatus> {
  return new Promise((resolve) => {
    const end = client.on('teach.done', (status) => {
      end();
      resolve(status);
    });
  });
}

/** Resolves after so many passes from now on. */
export function afterPasses(client: EngineClient, count: number): Promise<void> {
  return new Promise((resolve) => {
    let passed = 0;
    const end = client.on('teach.epoch', () => {
      if (++passed < count) return;
      end();
      resolve();
    });
  });
}
