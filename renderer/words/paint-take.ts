import { COLOR_MAP, colorIndex } from '../listen/color-map.ts';
import type { TakePicture } from './take-sounds.ts';

/** Paints log-mel frames over the whole canvas, low bands at the bottom, one column of pixels per frame. */
export function paintSpectrogram(canvas: HTMLCanvasElement, { logMel, bands }: TakePicture): void {
  const frames = Math.max(1, Math.floor(logMel.length / bands));
  const image = new ImageData(frames, bands);
  for (let frame = 0; frame < frames; frame++)
    for (let band = 0; band < bands; band++) {
      const color = 4 * colorIndex(logMel[frame * bands + band] ?? 0);
      image.data.set(COLOR_MAP.subarray(color, color + 4), 4 * ((bands - 1 - band) * frames + frame));
    }
  canvas.width = frames;
  canvas.height = bands;
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

/** Lowest and highest sample of each column, `[columns, 2]`. */
export function waveformEnvelope(samples: Float32Array, columns: number): Float32Array {
  const envelope = new Float32Array(2 * columns);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor((column * samples.length) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * samples.length) / columns));
    let low = Infinity;
    let high = -Infinity;
    for (let i = start; i < Math.min(end, samples.length); i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    envelope[2 * column] = low === Infinity ? 0 : low;
    envelope[2 * column + 1] = high === -Infinity ? 0 : high;
  }
  return envelope;
}

/** Paints the waveform in the canvas' own text colour, full scale from edge to edge. */
export function paintWaveform(canvas: HTMLCanvasElement, samples: Float32Array): void {
  const pixelRatio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * pixelRatio));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * pixelRatio));
  const context = canvas.getContext('2d')!;
  context.fillStyle = getComputedStyle(canvas).color;
  const middle = canvas.height / 2;
  const envelope = waveformEnvelope(samples, canvas.width);
  for (let column = 0; column < canvas.width; column++) {
    const top = middle - envelope[2 * column + 1]! * middle;
    const bottom = middle - envelope[2 * column]! * middle;
    context.fillRect(column, top, 1, Math.max(1, bottom - top));
  }
}
