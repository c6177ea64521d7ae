// Ends while the native core is at work: `ending.mjs ADDON exit` by process.exit with code 7, `ending.mjs ADDON terminate`
// by ending worker threads, after which it prints "still here" and ends by itself.
import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const [file, how] = isMainThread ? process.argv.slice(2) : [workerData.file, 'work'];
const addon = createRequire(import.meta.url)(file);

/** Starts jobs of all kinds, each of which takes some tenths of a second. */
function startJobs() {
  const [inputSize, hiddenSize, classCount, sequences, frameCount] = [40, 64, 4, 48, 98];
  const shape = { inputSize, hiddenSize, layerCount: 1, classCount, cell: 'gru', pooling: 'last' };
  const batch = {
    inputs: new Float32Array(sequences * frameCount * inputSize).fill(0.1),
    lengths: new Int32Array(sequences).fill(frameCount),
    frameCount,
  };
  const count = 3 * (hiddenSize * (hiddenSize + inputSize) + hiddenSize) + classCount * (hiddenSize + 1);
  const network = () => {
    const made = new addon.NativeNetwork(shape, addon.instructionSets.at(-1));
    made.setParameters(new Float32Array(count));
    return made;
  };
  const settings = {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    clipNorm: 5,
    dropout: 0,
    seed: 1,
    truncateFrames: Infinity,
  };
  const trainer = new addon.NativeTrainer(network(), settings);
  const targets = { loss: 'cross-entropy', classes: new Int32Array(sequences) };
  const features = { sampleRateHz: 16_000, frameLength: 512, hopLength: 160, melBands: 40, coefficients: 40, scale: 1 };
  const examples = new addon.NativeExamples({ ...features, windowFrames: 98 }, addon.instructionSets.at(-1));
  examples.addClip(new Int16Array(16_000).fill(7));
  const plans = new Float64Array(addon.planLength * 100);
  for (let i = 0; i < 100; i++) plans.set([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0], i * addon.planLength);
  const again = (start) => start().then(() => again(start));
  void again(() => trainer.step(batch, targets, 0.001, new Float32Array(count)));
  const other = network();
  void again(() => other.forwardAsync(batch));
  void again(() => examples.make(plans, new Float32Array(100 * 98 * 40)));
}

if (how === 'exit') {
  startJobs();
  setTimeout(() => process.exit(7), 30);
} else if (how === 'terminate') {
  startJobs();
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { file } });
    await new Promise((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, 15 * i));
    await worker.terminate();
  }
  console.log('still here');
  process.exit(0);
} else {
  startJobs();
  parentPort.postMessage('started');
}
