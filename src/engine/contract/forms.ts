import { z } from 'zod';
import { exportForm } from './schemas.ts';

/** One form of an export, as ONNX Runtime runs it. */
export const formFigures = z.object({
  form: exportForm,
  int8: z.boolean(),
  bytes: z.number().int(),
  /** The largest difference of any logit from Heed's own, on synthesised sounds. */
  maxDifference: z.number(),
  /** One call in ONNX Runtime on one thread: a window of sound, or for a stream one frame. */
  callMicroseconds: z.number(),
  /** Of the time of the same form in float32, call by call in turn; 1 in float32. */
  timeShare: z.number(),
});

/** What `forms` answers. */
export const formsReport = z.object({
  onnxRuntime: z.string(),
  windowMs: z.number(),
  hopMs: z.number(),
  forms: z.array(formFigures),
  /** What rounding the weights costs on a folder of recordings; null where none was named. */
  validation: z
    .object({ clipCount: z.number().int(), float32Accuracy: z.number(), int8Accuracy: z.number() })
    .nullable(),
});

export type FormsReport = z.output<typeof formsReport>;
