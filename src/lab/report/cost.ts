import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { openWavStream } from '../../audio/wav-stream.ts';
import { writeWav } from '../../audio/wav-write.ts';
import { amplitudeRatio } from '../../dataset/augment/gain.ts';
import { createMeydaExtractor } from '../../features/meyda-extractor.ts';
import { createClipRecogniser } from '../../model/recogniser.ts';
import { createRandom } from '../../random.ts';
import { openFile } from '../../read-file.ts';
import { createReferenceCompute } from '../../training/compute.ts';
import { StageProgress } from '../../training/progress.ts';
import { scanForWavFiles } from '../../training/scan-folder.ts';
import { makeStream } from '../streams/make-stream.ts';
import { runLive } from '../streams/track-stream.ts';
import type { Figure } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { adapted, type Protocol } from './protocol.ts';

/** The hiss of a quiet room, in dB below full scale. */
const ROOM_DB = -70;
const LISTENED_MINUTES = 2;
const SHORT_LISTENED_MINUTES = 0.2;
const TAKES = 5;

/** What listening and teaching cost: processor time beside the sound's duration, and seconds. Nothing else should run meanwhile. */
export async function cost(protocol: Protocol): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'heed-report-'));
  const minutes = protocol.short ? SHORT_LISTENED_MINUTES : LISTENED_MINUTES;
  try {
    const room = join(folder, 'room.wav');
    await writeAtomically(
      room,
      writeWav({ samples: roomNoise(minutes), sampleRateHz: HEED_SAMPLE_RATE_HZ }, { bitsPerSample: 16 }),
    );
    const talk = join(protocol.data, 'speech', 'orders');
    const recordings = await scanForWavFiles(talk);
    const settings = {
      folder: talk,
      recordings,
      snrDb: 0,
      everySeconds: 1,
      minutes,
      seed: protocol.seed,
    };
    const { wav } = await makeStream({ ...settings, out: join(folder, 'talk') }, protocol.onProgress, protocol.signal);
    return [
      {
        id: 'cost.silence',
        what: 'of a core while listening to a quiet room',
        ...(await listening(protocol, room)),
        atMost: 1.5,
      },
      { id: 'cost.speech', what: 'of a core while listening to talk', ...(await listening(protocol, wav)), atMost: 5 },
      ...(await teaching(protocol)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function roomNoise(minutes: number): Float32Array {
  const random = createRandom(1, 'the hiss of a quiet room');
  const rms = amplitudeRatio(ROOM_DB);
  return Float32Array.from({ length: Math.round(minutes * 60 * HEED_SAMPLE_RATE_HZ) }, () => rms * random.normal());
}

/** The live path itself, as a microphone's sound takes it. */
async function listening(
  { model, compute, onProgress, signal }: Measurement,
  wav: string,
): Promise<Pick<Figure, 'value' | 'unit'>> {
  const extractor = createMeydaExtractor(model.features);
  const classifier = createClipRecogniser(model, compute.backend, extractor);
  const { labels, decision } = model;
  const file = await openFile(wav);
  try {
    const stage = new StageProgress('evaluate', `Listening to ${basename(wav)}`, 60 * LISTENED_MINUTES, onProgress);
    const recording = await openWavStream(file, wav);
    const { cpuShare } = await runLive(recording, { classifier, extractor, labels, decision }, stage, signal);
    return { value: Math.round(10_000 * cpuShare) / 100, unit: '%' };
  } finally {
    await file.close();
  }
}

/** Five takes of every word of one speaker: on all cores with the native core, and on one without. */
async function teaching(protocol: Protocol): Promise<Figure[]> {
  const { model, recordings, speakers, short } = protocol;
  const takes = recordings.fewShot.filter(({ speaker, number }) => speaker === speakers[0] && number <= TAKES);
  const words = new Set(takes.map(({ label }) => label)).size;
  const timed = async (by: Protocol): Promise<Pick<Figure, 'value' | 'unit'>> => {
    const startMs = performance.now();
    await adapted(model, takes, by);
    return { value: Math.round((performance.now() - startMs) / 10) / 100, unit: 's' };
  };
  const what = `to teach ${words} words by ${TAKES} takes each`;
  const figures: Figure[] = [];
  if (protocol.compute.backend.name === 'native')
    figures.push({ id: 'cost.teaching', what: `${what}, native core`, ...(await timed(protocol)), atMost: 8 });
  if (!short) {
    const reference = await timed({ ...protocol, compute: createReferenceCompute() });
    figures.push({ id: 'cost.teaching.typescript', what: `${what}, TypeScript alone`, ...reference, atMost: 60 });
  }
  return figures;
}
