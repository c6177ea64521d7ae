import { z } from 'zod';

/** What a change to the user's words, takes or models did, for the sentence that tells of it and offers to take it back. */
export const operationSummary = z.object({
  kind: z.enum([
    'add-word',
    'rename-word',
    'merge-words',
    'delete-word',
    'add-takes',
    'move-takes',
    'trim-take',
    'leave-out-takes',
    'take-back-takes',
    'delete-takes',
    'rename-model',
    'duplicate-model',
    'delete-model',
  ]),
  /** The word or the model it was about; for a merge, the word that is gone. */
  label: z.string(),
  /** All the words whose takes came in, in the order of their coming. */
  labels: z.array(z.string()).optional(),
  /** Where takes went to; the new name. */
  to: z.string().optional(),
  takeCount: z.number().int(),
});

export type OperationSummary = z.output<typeof operationSummary>;
