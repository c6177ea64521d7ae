import type { Microphone, MicrophoneListener, OpenMicrophone } from '../../renderer/capture/microphone.ts';

interface OpenedMicrophone {
  readonly deviceId: string;
  readonly listener: MicrophoneListener;
  closed: boolean;
}

/** Microphones that open at once, unless told otherwise, and are heard when the test says so. */
export interface FakeMicrophones {
  readonly open: OpenMicrophone;
  readonly opened: OpenedMicrophone[];
  /** The next openings fail with these, one each; undefined lets one succeed. */
  readonly failures: (DOMException | undefined)[];
  newest(): OpenedMicrophone;
}

export function createFakeMicrophones(): FakeMicrophones {
  const opened: OpenedMicrophone[] = [];
  const failures: (DOMException | undefined)[] = [];
  return {
    opened,
    failures,
    newest: () => opened.at(-1)!,
    open: async (deviceId, listener): Promise<Microphone> => {
      const failure = failures.shift();
      if (failure) throw failure;
      const microphone = { deviceId, listener, closed: false };
      opened.push(microphone);
      return {
        label: deviceId === '' ? 'Built-in' : `Microphone ${deviceId}`,
        deviceId: deviceId || 'built-in',
        sampleRateHz: 44_100,
        close: () => (microphone.closed = true),
      };
    },
  };
}
