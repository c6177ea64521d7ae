import { type ExampleNumbers, isStream, takesFeatures } from './numbers.ts';

/** `heed-model.mjs`: the model behind one function, and a listener for live sound; for Node and for the browser. */
export function javascriptModel(numbers: ExampleNumbers): string {
  const { form, rateHz, frame, hop, windowFrames, melBands, coefficients, scale, tail, state } = numbers;
  const mfcc = takesFeatures(form)
    ? `
Object.assign(Meyda, { sampleRate: RATE, bufferSize: FRAME, melBands: ${melBands}, numberOfMFCCCoefficients: ${coefficients} });
/** The MFCCs of one frame of sound. */
const mfcc = (frame) => Meyda.extract('mfcc', frame.map((sample) => sample * ${scale}));
`
    : '';
  const parameters = takesFeatures(form) ? 'ort, session, Meyda' : 'ort, session';
  return `// The model: sound in, probabilities out. Sound is a Float32Array, full scale ±1, ${rateHz} samples a second.
export const RATE = ${rateHz};
const [FRAME, HOP, WINDOW_FRAMES] = [${frame}, ${hop}, ${windowFrames}];
/** Samples that are heard at once. */
const WINDOW = (WINDOW_FRAMES - 1) * HOP + FRAME;

/** @param session  an InferenceSession of model.onnx, by onnxruntime-node or onnxruntime-web, which is \`ort\` */
export function createModel(${parameters}) {
${indent(`const tensor = (values, ...dimensions) => new ort.Tensor('float32', Float32Array.from(values), dimensions);
${mfcc}${probabilities(form, { hop, tail, state })}
${listener(numbers)}
return { probabilities, createListener };`)}
}
`;
}

function probabilities(
  form: ExampleNumbers['form'],
  { tail, state }: { hop: number; tail: number; state: number },
): string {
  if (form === 'audio')
    return `/** [labels] of a sound of any length: a short one is followed by silence, of a long one the loudest part is heard. */
async function probabilities(samples) {
  const { probabilities } = await session.run({ samples: tensor(samples, 1, samples.length) });
  return probabilities.data;
}`;
  const window = `/** The first window of a sound, followed by silence where it is shorter. */
function windowOf(samples) {
  const window = new Float32Array(WINDOW);
  window.set(samples.subarray(0, WINDOW));
  return window;
}
`;
  if (form === 'clip')
    return `${window}
/** [labels] of the sound's first window. */
async function probabilities(samples) {
  const window = windowOf(samples);
  const frames = Array.from({ length: WINDOW_FRAMES }, (_, t) => mfcc(window.slice(t * HOP, t * HOP + FRAME)));
  const features = tensor(frames.flat(), 1, WINDOW_FRAMES, frames[0].length);
  const { probabilities } = await session.run({ features });
  return probabilities.data;
}`;
  const [feeds, inputs, after] =
    form === 'stream-audio'
      ? [
          '',
          `samples: tensor(repeat(samples), count, HOP), tail: tensor(repeat(tail), count, TAIL), state`,
          'tail = answers.next_tail.data.slice(0, TAIL);',
        ]
      : [
          `const frame = Float32Array.of(...tail, ...samples);
      const coefficients = mfcc(frame);
      `,
          'frame: tensor(repeat(coefficients), count, coefficients.length), state',
          'tail = frame.subarray(HOP);',
        ];
  return `const [TAIL, STATE] = [${tail}, ${state}];
${window}
/** Some sequences that hear the same sound, each with a state of its own: a row of zeros to begin with. */
function createSequences(count, tail) {
  let state = tensor(new Float32Array(count * STATE), count, STATE);
  const repeat = (values) => Array.from({ length: count }, () => [...values]).flat();
  return {
    /** Begins a sequence anew. */
    clear: (row) => state.data.fill(0, row * STATE, (row + 1) * STATE),
    /** Takes a hop of sound; [labels] of each sequence. */
    async push(samples) {
      ${feeds}const answers = await session.run({ ${inputs} });
      state = answers.next_state;
      ${after}
      const length = answers.probabilities.dims[1];
      return Array.from({ length: count }, (_, row) => answers.probabilities.data.slice(row * length, (row + 1) * length));
    },
  };
}

/** [labels] of the sound's first window. */
async function probabilities(samples) {
  const window = windowOf(samples);
  const sequence = createSequences(1, window.slice(0, TAIL));
  let answers;
  for (let start = TAIL; start < WINDOW; start += HOP) answers = await sequence.push(window.slice(start, start + HOP));
  return answers[0];
}`;
}

function listener({ form, stepHops }: ExampleNumbers): string {
  if (!isStream(form))
    return `
/** For live sound: takes ${stepHops} hops at a time, and hears them at the end of the last window. */
function createListener() {
  const window = new Float32Array(WINDOW);
  return {
    chunkLength: ${stepHops} * HOP,
    push(samples) {
      window.copyWithin(0, samples.length);
      window.set(samples, WINDOW - samples.length);
      return probabilities(window);
    },
  };
}
`;
  return `
/** For live sound: a window begins every STEP hops, and each is a sequence that ends after WINDOW_FRAMES of them. */
function createListener() {
  const STEP = ${stepHops};
  const count = Math.ceil(WINDOW_FRAMES / STEP);
  const sequences = createSequences(count, new Float32Array(TAIL));
  let hops = 0;
  return {
    chunkLength: HOP,
    /** Takes a hop of sound; [labels] where a window ends with it, else undefined. */
    async push(samples) {
      if (hops % STEP === 0) sequences.clear((hops / STEP) % count);
      const answers = await sequences.push(samples);
      hops++;
      const ended = (hops - WINDOW_FRAMES) / STEP;
      return ended >= 0 && Number.isInteger(ended) ? answers[ended % count] : undefined;
    },
  };
}
`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** `recognise.mjs`: the word in each WAV file, in Node. */
export function nodeRecognise({ form, rateHz }: ExampleNumbers): string {
  const features = takesFeatures(form);
  return `// node recognise.mjs yes.wav no.wav …: says which word is in each; ${rateHz / 1000} kHz, 16 bit, mono.
import { readFileSync } from 'node:fs';
${features ? "import Meyda from 'meyda';\n" : ''}import ort from 'onnxruntime-node';
import { createModel } from './heed-model.mjs';

const file = (name) => readFileSync(new URL(name, import.meta.url));
const labels = file('labels.txt').toString().trimEnd().split('\\n');
const session = await ort.InferenceSession.create(file('model.onnx'));
const { probabilities } = createModel(ort, session${features ? ', Meyda' : ''});
for (const name of process.argv.slice(2)) {
  const wav = readFileSync(name);
  const pcm = new Int16Array(Uint8Array.from(wav.subarray(wav.indexOf('data') + 8)).buffer);
  const scores = await probabilities(Float32Array.from(pcm, (sample) => sample / 32768));
  const best = scores.indexOf(Math.max(...scores));
  console.log(name, labels[best], scores[best].toFixed(3));
}
`;
}

/** `index.html`: a file or the microphone, in the browser. */
export function browserPage({ form }: ExampleNumbers): string {
  const features = takesFeatures(form);
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Spoken commands</title>
  <p><label>A recording: <input id="file" type="file" accept="audio/*" /></label></p>
  <p><button id="listen">Listen</button></p>
  <p id="word" role="status"></p>
${features ? '  <script src="node_modules/meyda/dist/web/meyda.min.js"></script>\n' : ''}  <script type="module">
    import * as ort from './node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
    import { createModel, RATE } from './heed-model.mjs';

    const show = (text) => (document.getElementById('word').textContent = text);
    const labels = (await (await fetch('labels.txt')).text()).trimEnd().split('\\n');
    ort.env.wasm.numThreads = 1; // several threads need a page that is isolated from others
    const session = await ort.InferenceSession.create('model.onnx');
    const { probabilities, createListener } = createModel(ort, session${features ? ', Meyda' : ''});
    show('Ready.');

    document.getElementById('file').onchange = async ({ target }) => {
      const decoder = new OfflineAudioContext(1, 1, RATE);
      const sound = await decoder.decodeAudioData(await target.files[0].arrayBuffer());
      const scores = await probabilities(sound.getChannelData(0));
      const best = scores.indexOf(Math.max(...scores));
      show(labels[best] + ' ' + scores[best].toFixed(3));
    };

    document.getElementById('listen').onclick = async () => {
      const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      const context = new AudioContext({ sampleRate: RATE });
      const microphone = context.createMediaStreamSource(await navigator.mediaDevices.getUserMedia({ audio }));
      const code = \`registerProcessor('sound', class extends AudioWorkletProcessor {
        process([[samples]]) {
          if (samples) this.port.postMessage(samples);
          return true;
        }
      });\`;
      await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
      const sound = new AudioWorkletNode(context, 'sound');
      microphone.connect(sound);
      const listener = createListener();
      const waiting = [];
      let busy = false;
      sound.port.onmessage = async ({ data }) => {
        waiting.push(...data);
        if (busy) return;
        busy = true;
        while (waiting.length >= listener.chunkLength) {
          const scores = await listener.push(Float32Array.from(waiting.splice(0, listener.chunkLength)));
          if (!scores) continue;
          const best = scores.indexOf(Math.max(...scores));
          if (scores[best] >= 0.8 && !labels[best].startsWith('_')) show(labels[best] + ' ' + scores[best].toFixed(3));
        }
        busy = false;
      };
      show('Listening.');
    };
  </script>
</html>
`;
}
