import type { recordCalls } from '../../contract/record-calls.ts';
import type { Handlers } from '../service.ts';
import type { TakeRecordings } from './take-recording.ts';

/** The handlers of the calls about recording. */
export function createRecordHandlers(recordings: TakeRecordings): Pick<Handlers, keyof typeof recordCalls> {
  return {
    'record.open': async ({ sampleRateHz }) => ({ session: await recordings.open(sampleRateHz) }),
    'record.arm': async ({ session, label, end }) => {
      await recordings.byId(session).arm({ label, end });
      return {};
    },
    'record.push': ({ session, samples }) => recordings.byId(session).push(samples),
    'record.finish': async ({ session, keep }) => ({ take: await recordings.byId(session).finish(keep) }),
    'record.close': ({ session }) => {
      recordings.close(session);
      return {};
    },
  };
}
