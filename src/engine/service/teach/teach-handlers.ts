import type { teachCalls } from '../../contract/teach-calls.ts';
import type { Handlers } from '../service.ts';
import type { Teaching } from './teaching.ts';

/** The handlers of the calls about teaching. */
export function createTeachHandlers(teaching: Teaching): Pick<Handlers, keyof typeof teachCalls> {
  return {
    'teach.plan': ({ settings }) => teaching.plan(settings),
    'teach.start': ({ settings }) => teaching.start(settings),
    'teach.pause': () => teaching.pause(),
    'teach.resume': () => teaching.resume(),
    'teach.cancel': () => teaching.cancel(),
    'teach.status': () => teaching.status(),
    'teach.use': () => teaching.use(),
    'teach.discard': () => teaching.discard(),
    'teach.rollback': () => teaching.rollback(),
  };
}
