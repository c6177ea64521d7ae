import type { Model } from '../../model.ts';
import type { ExportForm } from '../forms.ts';
import { browserPage, javascriptModel, nodeRecognise } from './javascript.ts';
import { type ExampleNumbers, exampleNumbers, takesFeatures } from './numbers.ts';
import { pythonListen, pythonModel, pythonRecognise } from './python.ts';

/** A text file by its name. */
export type ExampleFiles = ReadonlyMap<string, string>;

/**
 * What stands beside `model.onnx` in a folder that runs at once: the labels, and short examples in Python and in
 * JavaScript, for Node and for the browser, of the model in this form.
 */
export function exampleFiles(model: Model, form: ExportForm): ExampleFiles {
  const numbers = exampleNumbers(model, form);
  return new Map([
    // One label a line, in the order of the outputs.
    ['labels.txt', `${model.labels.map((label) => label.replace(/\p{Cc}/gu, ' ')).join('\n')}\n`],
    ['README.md', readme(numbers)],
    ['heed_model.py', pythonModel(numbers)],
    ['recognise.py', pythonRecognise(numbers)],
    ['listen.py', pythonListen(numbers)],
    ['package.json', packageJson(numbers)],
    ['heed-model.mjs', javascriptModel(numbers)],
    ['recognise.mjs', nodeRecognise(numbers)],
    ['index.html', browserPage(numbers)],
  ]);
}

function packageJson({ form }: ExampleNumbers): string {
  const dependencies = {
    ...(takesFeatures(form) ? { meyda: '^5.6.3' } : {}),
    'onnxruntime-node': '^1.30.0',
    'onnxruntime-web': '^1.30.0',
  };
  return `${JSON.stringify({ name: 'heed-example', private: true, type: 'module', dependencies }, undefined, 2)}\n`;
}

const INPUTS: Readonly<Record<ExportForm, (numbers: ExampleNumbers) => string>> = {
  clip: ({ windowFrames, coefficients }) =>
    `\`features\` \`[batch, frames, ${coefficients}]\`: MFCCs, ${windowFrames} frames at once, not normalised`,
  audio: ({ rateHz, window }) =>
    `\`samples\` \`[batch, samples]\`: sound at ${rateHz} Hz, full scale ±1, of any length; a short one is followed by silence, of one longer than ${window} samples the loudest part is heard`,
  stream: ({ coefficients, state, windowFrames }) =>
    `\`frame\` \`[batch, ${coefficients}]\`: the MFCCs of one frame, and \`state\` \`[batch, ${state}]\`: zeros before the first frame, then \`next_state\` of the call before; begin anew after ${windowFrames} frames`,
  'stream-audio': ({ rateHz, hop, tail, state, windowFrames }) =>
    `\`samples\` \`[batch, ${hop}]\`: the next hop of sound at ${rateHz} Hz, full scale ±1; \`tail\` \`[batch, ${tail}]\`: the samples before it, then \`next_tail\` of the call before; \`state\` \`[batch, ${state}]\`: zeros before the first hop, then \`next_state\`; begin anew, with a state of zeros, after ${windowFrames} hops`,
};

function readme(numbers: ExampleNumbers): string {
  return `# A recogniser of spoken commands

\`model.onnx\` runs in any ONNX runtime (operator set 17). In goes ${INPUTS[numbers.form](numbers)}.
Out come \`logits\` and \`probabilities\` \`[batch, labels]\`, in the order of \`labels.txt\`. All numbers are float32.

    pip install onnxruntime sounddevice
    python recognise.py yes.wav      # ${numbers.rateHz / 1000} kHz, 16 bit, mono
    python listen.py                 # the microphone

    npm install
    node recognise.mjs yes.wav
    python -m http.server            # then open http://localhost:8000

\`heed_model.py\` and \`heed-model.mjs\` hold all that is needed; the others show how to use them.
`;
}
