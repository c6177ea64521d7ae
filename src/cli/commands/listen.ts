import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { openWavStream } from '../../audio/wav-stream.ts';
import { HeedError } from '../../errors.ts';
import { openFile } from '../../read-file.ts';
import { withEngine } from '../engine.ts';
import { percent } from '../format.ts';
import { pcm16Samples } from '../pcm16.ts';
import type { Terminal } from '../terminal.ts';

/** Sound in pieces, as it becomes available. */
interface SoundSource {
  readonly sampleRateHz: number;
  readonly pieces: AsyncIterable<Float32Array>;
  /** To be called when no more pieces are wanted. */
  readonly close: () => void | Promise<void>;
}

const PIECE_MS = 1000;

/** Silence after the end, so that a word that ends with the recording is heard as any other. */
const TAIL_MS = 500;

/**
 * Streams a recording, or raw sound from standard input, through the live recogniser, as fast as it comes.
 * @param source  a WAV file, or `-`
 */
export async function listen(
  source: string,
  options: { readonly model?: string; readonly json?: true },
  terminal: Terminal,
): Promise<void> {
  const { sampleRateHz, pieces, close } = source === '-' ? standardInput() : await recording(source, terminal);
  const listening = withEngine(terminal, async (client) => {
    client.on('listen.detection', ({ timeMs, label, score }) => {
      if (options.json) terminal.json({ timeMs, label, score });
      else terminal.answer(`${(timeMs / 1000).toFixed(2).padStart(8)} s  ${label} (${percent(score)})`);
    });
    const { session } = await client.call('listen.openFile', { sampleRateHz, model: options.model });
    for await (const samples of pieces) {
      if (terminal.outputClosed) return;
      await client.call('listen.push', { session, samples });
    }
    const tail = new Float32Array(Math.round((sampleRateHz * TAIL_MS) / 1000));
    await client.call('listen.push', { session, samples: tail });
  });
  await listening.finally(close);
}

async function recording(file: string, terminal: Terminal): Promise<SoundSource> {
  const opened = await openFile(file);
  try {
    const { sampleRateHz, warnings, pieces } = await openWavStream(opened, file);
    for (const warning of warnings) terminal.problem(warning);
    const pieceLength = Math.round((sampleRateHz * PIECE_MS) / 1000);
    return { sampleRateHz, pieces: pieces(pieceLength), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function standardInput(): SoundSource {
  if (process.stdin.isTTY)
    throw new HeedError('usage', 'There is nothing to listen to: name a WAV file, or pipe raw sound in.');
  return { sampleRateHz: HEED_SAMPLE_RATE_HZ, pieces: pcm16Samples(process.stdin), close: () => {} };
}
