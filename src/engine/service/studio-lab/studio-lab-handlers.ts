import type { studioLabCalls } from '../../contract/studio-lab-calls.ts';
import type { Handlers } from '../service.ts';
import type { LabRuns } from './lab-runs.ts';

/** The handlers of the studio's Lab. What they compute with is loaded when it is first asked for. */
export function createStudioLabHandlers(runs: LabRuns): Pick<Handlers, keyof typeof studioLabCalls> {
  return {
    'lab.start': (job) => {
      runs.start(job);
      return {};
    },
    'lab.stop': async () => {
      await runs.stop();
      return {};
    },
    'lab.running': () => ({ running: runs.running }),
    'lab.result': async ({ kind }) => ({ result: await runs.result(kind) }),
    'lab.open': async ({ name, bytes }) => {
      const { readResult } = await import('./lab-results.ts');
      return { result: readResult(bytes, name) };
    },
    'lab.parameters': async () => {
      const { labParameters } = await import('./lab-parameters.ts');
      return { parameters: labParameters() };
    },
    'lab.clips.begin': async () => {
      await runs.clips.begin();
      return {};
    },
    'lab.clips.add': async ({ label, name, bytes }) => {
      await runs.clips.add(label, name, bytes);
      return {};
    },
  };
}
