import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/wav-read.ts';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { createMeydaExtractor } from '../../../src/features/meyda-extractor.ts';
import { hopMs, windowLength } from '../../../src/features/settings.ts';
import { EXPORT_FORMS, tailLength } from '../../../src/model/export/forms.ts';
import { createClipRecogniser } from '../../../src/model/recogniser.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { exampleModel, fillExampleFolder } from './example-folder.ts';
import { pythonWith } from './python.ts';

const model = exampleModel();
const recogniser = createClipRecogniser(model, createReferenceBackend(), createMeydaExtractor(model.features));
const run = promisify(execFile);

/** Half a second of each sound, 16 bit, a little shorter than the window, so that silence is added. */
const clips = (['chirp', 'pulses', 'hum'] as const).map((kind) => {
  const bytes = writeWav({ samples: synthesise(kind, 2).subarray(4000, 12_000), sampleRateHz: 16_000 });
  return { name: `${kind}.wav`, bytes, samples: readWav(bytes, kind).sound.samples };
});

const python = pythonWith(['onnxruntime', 'numpy'], 'the Python examples');

/** `listen.py` takes the sound of a file, in place of the microphone's; then the stream is at its end. */
const MICROPHONE = `
import wave
import numpy as np
with wave.open("long.wav") as file:
    sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
class InputStream:
    def __init__(self, samplerate, channels, dtype, blocksize):
        assert (samplerate, channels, dtype) == (16000, 1, "float32")
        self.at, self.block = 0, blocksize
    def __enter__(self): return self
    def __exit__(self, *_): pass
    @property
    def active(self): return self.at + self.block <= len(sound)
    def read(self, count):
        self.at += count
        return sound[self.at - count : self.at, np.newaxis], False
`;

describe.each(EXPORT_FORMS)('the examples of the %s form', (form) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-example-'));
    await fillExampleFolder(folder, model, form);
    for (const { name, bytes } of clips) await writeFile(join(folder, name), bytes);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What a run printed, beside what Heed itself says of the same clips. */
  function expectHeedsWords(output: string): void {
    const lines = output.trim().split('\n');
    expect(lines.length).toBe(clips.length);
    clips.forEach(({ name, samples }, i) => {
      const posteriors = [...recogniser.posteriors(samples)];
      const score = Math.max(...posteriors);
      const label = model.labels[posteriors.indexOf(score)]!;
      const [file, heard, heardScore] = lines[i]!.split(' ');
      expect([file, heard]).toEqual([name, label]);
      expect(Number(heardScore)).toBeCloseTo(score, 2);
    });
  }

  it('hear in Node what Heed hears', async () => {
    const words = ['recognise.mjs', ...clips.map(({ name }) => name)];
    expectHeedsWords((await run(process.execPath, words, { cwd: folder })).stdout);
  });

  it.skipIf(!python)('hear in Python what Heed hears', async () => {
    const words = ['recognise.py', ...clips.map(({ name }) => name)];
    expectHeedsWords((await run(python!, words, { cwd: folder })).stdout);
  });

  it.skipIf(!python)('listen in Python, but for the microphone itself', async () => {
    const sound = new Float32Array(48_000);
    clips.forEach(({ samples }, i) => sound.set(samples, 16_000 * i + 4000));
    await writeFile(join(folder, 'long.wav'), writeWav({ samples: sound, sampleRateHz: 16_000 }));
    await writeFile(join(folder, 'sounddevice.py'), MICROPHONE);
    await writeFile(
      join(folder, 'eager.py'),
      `exec(open("listen.py").read().replace("THRESHOLD = 0.8", "THRESHOLD = 0"))`,
    );
    const { stdout } = await run(python!, ['eager.py'], { cwd: folder });
    expect(stdout).toMatch(/^((yes|nö|<&"\\) [01]\.\d{3}\n)+$/);
  });

  it('hear live, in JavaScript, the windows that Heed hears', async () => {
    const { createModel } = (await import(pathToFileURL(join(folder, 'heed-model.mjs')).href)) as ExampleModule;
    const { default: ort } = await import('onnxruntime-node');
    const { default: meyda } = await import('meyda');
    const session = await ort.InferenceSession.create(join(folder, 'model.onnx'));
    const { createListener } = createModel(ort, session, { ...meyda });
    const listener = createListener();
    // Silence before the stream: what the listener begins with.
    const lead =
      listener.chunkLength === model.features.hopLength ? tailLength(model.features) : windowLength(model.features);
    const sound = new Float32Array(lead + 24_000);
    clips.forEach(({ samples }, i) => sound.set(samples, lead + 7000 * i));
    const heard: { end: number; scores: Float32Array }[] = [];
    for (let at = lead; at + listener.chunkLength <= sound.length; at += listener.chunkLength) {
      const scores = await listener.push(sound.slice(at, at + listener.chunkLength));
      if (scores) heard.push({ end: at + listener.chunkLength, scores });
    }
    const stepLength = (model.decision.stepMs / hopMs(model.features)) * model.features.hopLength;
    heard.slice(1).forEach(({ end }, i) => expect(end - heard[i]!.end).toBe(stepLength));
    expect(heard.length).toBeGreaterThan(9);
    for (const { end, scores } of heard) {
      const expected = recogniser.posteriors(sound.subarray(end - windowLength(model.features), end));
      scores.forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 4));
    }
    await session.release();
  });
});

interface ExampleModule {
  createModel(
    ort: unknown,
    session: unknown,
    meyda: unknown,
  ): {
    createListener(): {
      readonly chunkLength: number;
      push(samples: Float32Array): Promise<Float32Array | undefined>;
    };
  };
}
