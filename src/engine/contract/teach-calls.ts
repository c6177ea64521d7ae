import { z } from 'zod';
import { teachPlan, teachSettings, teachStatus } from './teach-schemas.ts';
import { windowed } from './call.ts';

const nothing = z.object({});

/** Teaching a model the user's words: one lesson at a time. All but `teach.plan` answer how things stand then. */
export const teachCalls = {
  /** What a lesson with these settings would teach, and what it lacks. Changes nothing. */
  'teach.plan': windowed(z.object({ settings: teachSettings }), teachPlan),
  /** Begins a lesson, and answers at once; the events tell the rest. */
  'teach.start': windowed(z.object({ settings: teachSettings }), teachStatus),
  /** Ends the lesson's work with all it has learned kept; answers once that is on disk. */
  'teach.pause': windowed(nothing, teachStatus),
  /** Goes on where the lesson was paused or interrupted. */
  'teach.resume': windowed(nothing, teachStatus),
  /** Ends the lesson, and forgets it. */
  'teach.cancel': windowed(nothing, teachStatus),
  'teach.status': windowed(nothing, teachStatus),
  /** The new model listens from now on; the old one stays among the models. */
  'teach.use': windowed(nothing, teachStatus),
  /** Keeps the old model, and forgets the new one. */
  'teach.discard': windowed(nothing, teachStatus),
  /** The model that listened before `teach.use` listens again. */
  'teach.rollback': windowed(nothing, teachStatus),
} as const;
