// A file of its own, so that a content security policy without blob: and data: lets the audio thread load it.
import workletUrl from './capture-worklet.ts?worker&url';
import { chunkLength } from './chunker.ts';

/** A microphone that is open: sound arrives until it is closed. */
export interface Microphone {
  /** The device's name, for people. */
  readonly label: string;
  readonly deviceId: string;
  /** The rate at which chunks arrive: the device's own, where the browser allows it. */
  readonly sampleRateHz: number;
  close(): void;
}

export interface MicrophoneListener {
  /** 20 to 40 ms of one channel, `[samples]`. */
  onChunk(samples: Float32Array): void;
  /** The device went away, or its permission did. */
  onEnded(): void;
  /** The system gives silence instead of the device's sound, or gives sound again. */
  onMuted(muted: boolean): void;
}

/** Opens a microphone: `''` is the system's default. Rejects with the browser's DOMException. */
export type OpenMicrophone = (deviceId: string, listener: MicrophoneListener) => Promise<Microphone>;

export const openMicrophone: OpenMicrophone = async (deviceId, listener) => {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {
      // The browser's processing is made for calls, not for recognition: it distorts what the network hears.
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      channelCount: 1,
      ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }),
    },
    video: false,
  });
  const track = stream.getAudioTracks()[0]!;
  const stopTracks = (): void => stream.getTracks().forEach((each) => each.stop());
  let context: AudioContext | undefined;
  try {
    const graph = connect(stream, track.getSettings().sampleRate);
    context = graph.context;
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'heed-capture', {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      channelCount: 1, // several channels are mixed down before they reach the worklet
      channelCountMode: 'explicit',
    });
    node.port.onmessage = (message: MessageEvent<Float32Array>) => listener.onChunk(message.data);
    // The node plays nothing, but some browsers only run nodes that lead somewhere.
    graph.source.connect(node).connect(context.destination);
    await context.resume();
  } catch (error) {
    stopTracks();
    await context?.close();
    throw error;
  }

  const opened = context;
  track.onended = () => listener.onEnded();
  track.onmute = () => listener.onMuted(true);
  track.onunmute = () => listener.onMuted(false);
  if (track.muted) listener.onMuted(true);
  return {
    label: track.label,
    deviceId: track.getSettings().deviceId ?? deviceId,
    sampleRateHz: opened.sampleRate,
    close: () => {
      track.onended = track.onmute = track.onunmute = null;
      stopTracks();
      void opened.close();
    },
  };
};

/** An audio graph at the device's own rate; at the system's where the browser refuses to join the two (Firefox). */
function connect(
  stream: MediaStream,
  sampleRateHz: number | undefined,
): { context: AudioContext; source: MediaStreamAudioSourceNode } {
  // The audio thread wakes once for each chunk, not for each 3 ms of it: that is half of what hearing costs.
  const latencyHint = sampleRateHz === undefined ? 0.02 : chunkLength(sampleRateHz) / sampleRateHz;
  const at = (options: AudioContextOptions): { context: AudioContext; source: MediaStreamAudioSourceNode } => {
    const context = new AudioContext({ latencyHint, ...options });
    try {
      return { context, source: context.createMediaStreamSource(stream) };
    } catch (error) {
      void context.close();
      throw error;
    }
  };
  if (sampleRateHz === undefined) return at({});
  try {
    return at({ sampleRate: sampleRateHz });
  } catch {
    return at({});
  }
}
