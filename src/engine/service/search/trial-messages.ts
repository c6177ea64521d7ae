import type { TrainRunSettings } from '../../../training/settings.ts';
import type { TrialOutcome } from '../../../lab/search/trials.ts';
import type { ErrorCode } from '../../../errors.ts';

/** What a search tells the process of a trial. */
export type ToTrial = { readonly run: TrainRunSettings } | { readonly stop: true };

/** What that process answers, once. */
export type FromTrial =
  { readonly outcome: TrialOutcome } | { readonly error: { readonly code: ErrorCode; readonly message: string } };
