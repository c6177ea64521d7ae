import type { understandCalls } from '../../contract/understand-calls.ts';
import type { Handlers } from '../service.ts';
import type { Understanding } from './understanding.ts';

/** The handlers of the calls that look into a model. */
export function createUnderstandHandlers(understanding: Understanding): Pick<Handlers, keyof typeof understandCalls> {
  return {
    'understand.matrix': ({ modelId, of }) => understanding.matrix(modelId, of),
    'understand.clip': ({ takeId, modelId }) => understanding.clip(takeId, modelId),
  };
}
