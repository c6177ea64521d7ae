import type { z } from 'zod';

/**
 * One call of the engine: what goes in, what comes out. `reach` says who may make it: `local` calls name files on the
 * computer and are for callers in the same process (command line, tests); `window` calls are for the studio too.
 */
export interface CallSpecification<Input extends z.ZodType, Output extends z.ZodType> {
  readonly input: Input;
  readonly output: Output;
  readonly reach: 'local' | 'window';
}

export const local = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): CallSpecification<I, O> => ({
  input,
  output,
  reach: 'local',
});

export const windowed = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): CallSpecification<I, O> => ({
  input,
  output,
  reach: 'window',
});
