import { type ExampleNumbers, isStream, takesFeatures } from './numbers.ts';

/** `heed_model.py`: the model behind one function, and for the stream forms a class for live sound. */
export function pythonModel(numbers: ExampleNumbers): string {
  const { form, rateHz, frame, hop, windowFrames, tail, state } = numbers;
  return [
    `"""The model: sound in, probabilities out. Sound is float32, full scale ±1, ${rateHz} samples a second."""
from pathlib import Path

import numpy as np
import onnxruntime

RATE, FRAME, HOP, WINDOW_FRAMES = ${rateHz}, ${frame}, ${hop}, ${windowFrames}
WINDOW = (WINDOW_FRAMES - 1) * HOP + FRAME  # samples that are heard at once
FOLDER = Path(__file__).parent
labels = (FOLDER / "labels.txt").read_text(encoding="utf-8").splitlines()
session = onnxruntime.InferenceSession(str(FOLDER / "model.onnx"), providers=["CPUExecutionProvider"])
`,
    takesFeatures(form) ? pythonMfcc(numbers) : '',
    form === 'audio'
      ? `
def probabilities(samples):
    """[labels]; of any length: a short sound is followed by silence, of a long one the loudest part is heard."""
    return session.run(["probabilities"], {"samples": samples[np.newaxis]})[0][0]
`
      : `
def window_of(samples):
    """The first window of a sound, followed by silence where it is shorter."""
    window = np.zeros(WINDOW, np.float32)
    window[: len(samples)] = samples[:WINDOW]
    return window
`,
    form === 'clip'
      ? `

def probabilities(samples):
    """[labels] of the sound's first window."""
    window = window_of(samples)
    frames = np.stack([mfcc(window[t * HOP : t * HOP + FRAME]) for t in range(WINDOW_FRAMES)])
    return session.run(["probabilities"], {"features": frames[np.newaxis]})[0][0]
`
      : '',
    isStream(form)
      ? `
TAIL, STATE = ${tail}, ${state}


class Sequences:
    """Some sequences that hear the same sound, each with a state of its own: a row of zeros to begin with."""

    def __init__(self, count, tail):
        self.state = np.zeros((count, STATE), np.float32)
        self.tail = tail

    def push(self, samples):
        """Takes a hop of sound; [count, labels]."""
${pythonPush(form)}

def probabilities(samples):
    """[labels] of the sound's first window."""
    window = window_of(samples)
    sequence = Sequences(1, window[:TAIL])
    for start in range(TAIL, WINDOW, HOP):
        answer = sequence.push(window[start : start + HOP])
    return answer[0]


class Stream:
    """Live sound: a window begins every STEP hops, and each is a sequence that ends after WINDOW_FRAMES of them."""

    STEP = ${numbers.stepHops}

    def __init__(self):
        self.count = -(-WINDOW_FRAMES // self.STEP)
        self.sequences = Sequences(self.count, np.zeros(TAIL, np.float32))
        self.hops = 0

    def push(self, samples):
        """Takes a hop of sound; [labels] where a window ends with it, else None."""
        if self.hops % self.STEP == 0:
            self.sequences.state[self.hops // self.STEP % self.count] = 0
        answers = self.sequences.push(samples)
        self.hops += 1
        ended, between = divmod(self.hops - WINDOW_FRAMES, self.STEP)
        return answers[ended % self.count] if ended >= 0 and between == 0 else None
`
      : '',
  ].join('');
}

function pythonMfcc({ melBands, coefficients, scale }: ExampleNumbers): string {
  return `
BANDS, COEFFICIENTS, SCALE = ${melBands}, ${coefficients}, ${scale}


def _mel_weights():
    """[FRAME // 2, BANDS]: triangles between edges that are evenly spaced in mel, each at a whole bin."""
    step = 1125 * np.log(1 + RATE / 2 / 700) / (BANDS + 1)
    mel = np.float32(step * np.arange(BANDS + 2)).astype(np.float64)
    hertz = np.float32(700 * (np.exp(mel / 1125) - 1)).astype(np.float64)
    edges = np.floor((FRAME + 1) * hertz / RATE).astype(int)
    weights = np.zeros((FRAME // 2, BANDS))
    for band, (low, centre, high) in enumerate(zip(edges, edges[1:], edges[2:])):
        for i in range(low, high):
            weights[i, band] = (i - low) / (centre - low) if i < centre else (high - i) / (high - centre)
    return weights


HANN = np.float32(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1)))
MEL = _mel_weights()
DCT = 2 * np.cos(np.pi / BANDS * np.outer(np.arange(BANDS) + 0.5, np.arange(COEFFICIENTS)))


def mfcc(frame):
    """[COEFFICIENTS] of one frame of sound."""
    spectrum = np.fft.rfft(frame.astype(np.float64) * SCALE * HANN)[: FRAME // 2]
    return np.float32(np.log(1 + np.abs(spectrum) ** 2 @ MEL) @ DCT)

`;
}

function pythonPush(form: ExampleNumbers['form']): string {
  if (form === 'stream-audio')
    return `        count = len(self.state)
        inputs = {
            "samples": np.tile(samples, (count, 1)),
            "tail": np.tile(self.tail, (count, 1)),
            "state": self.state,
        }
        answers, tails, self.state = session.run(["probabilities", "next_tail", "next_state"], inputs)
        self.tail = tails[0]
        return answers
`;
  return `        frame = np.concatenate([self.tail, samples])
        self.tail = frame[HOP:]
        inputs = {"frame": np.tile(mfcc(frame), (len(self.state), 1)), "state": self.state}
        answers, self.state = session.run(["probabilities", "next_state"], inputs)
        return answers
`;
}

/** `recognise.py`: the word in each WAV file. */
export function pythonRecognise({ rateHz }: ExampleNumbers): string {
  return `"""python recognise.py yes.wav no.wav …: says which word is in each; ${rateHz / 1000} kHz, 16 bit, mono."""
import sys
import wave

import numpy as np

from heed_model import RATE, labels, probabilities

for name in sys.argv[1:]:
    with wave.open(name) as file:
        if (file.getframerate(), file.getsampwidth(), file.getnchannels()) != (RATE, 2, 1):
            sys.exit(f"{name} is not {RATE} Hz, 16 bit, mono")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    scores = probabilities(samples)
    best = scores.argmax()
    print(f"{name} {labels[best]} {scores[best]:.3f}")
`;
}

/** `listen.py`: the words from the microphone. */
export function pythonListen({ form, stepHops }: ExampleNumbers): string {
  const hear = isStream(form)
    ? `stream = Stream()


def hear(samples):
    """Takes a hop of sound; probabilities where a window ended, else None."""
    return stream.push(samples)
`
    : `window = np.zeros(WINDOW, np.float32)


def hear(samples):
    """Takes the next samples, and hears them at the end of the last window."""
    window[: -len(samples)] = window[len(samples) :]
    window[-len(samples) :] = samples
    return probabilities(window)
`;
  const names = isStream(form) ? 'HOP, RATE, Stream, labels' : 'HOP, RATE, WINDOW, labels, probabilities';
  const block = isStream(form) ? 'HOP' : `${stepHops} * HOP`;
  return `"""python listen.py: says the words that the microphone hears; Ctrl-C ends it."""
${isStream(form) ? '' : 'import numpy as np\n'}import sounddevice

from heed_model import ${names}

THRESHOLD = 0.8
BLOCK = ${block}
${hear}

last = None
with sounddevice.InputStream(samplerate=RATE, channels=1, dtype="float32", blocksize=BLOCK) as microphone:
    while microphone.active:
        samples, _ = microphone.read(BLOCK)
        scores = hear(samples[:, 0])
        if scores is None:
            continue
        best = scores.argmax()
        word = labels[best] if scores[best] >= THRESHOLD and not labels[best].startswith("_") else None
        if word and word != last:
            print(f"{word} {scores[best]:.3f}", flush=True)
        last = word
`;
}
