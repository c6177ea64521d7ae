import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLOR_MAP } from '../../../renderer/listen/color-map.ts';
import { createSoundPicture, ringSlices, type SoundPicture } from '../../../renderer/listen/sound-picture.ts';

const HOP_MS = 100; // 60 columns
const LOUD = 40;
const QUIET = 0;

/** Appends frames of two bands, each with the given lower and upper band. */
function append(picture: SoundPicture, frames: readonly (readonly [number, number])[], timeMs: number): void {
  picture.append(Float32Array.from(frames.flat()), 2, timeMs);
}

function redAt(picture: SoundPicture, x: number, y: number): number {
  return picture.pixels[4 * (y * picture.width + x)]!;
}

const DARK = COLOR_MAP[0]!;
const BRIGHT = COLOR_MAP[255 * 4]!;

describe('the running picture of sound', () => {
  it('shows six seconds', () => {
    expect(createSoundPicture(2, HOP_MS).width).toBe(60);
    expect(createSoundPicture(40, 10).width).toBe(600);
  });

  it('draws each frame as one column, low bands at the bottom', () => {
    const picture = createSoundPicture(2, HOP_MS);
    append(picture, [[LOUD, QUIET]], 100);
    append(picture, [[QUIET, LOUD]], 200);
    expect([redAt(picture, 0, 1), redAt(picture, 0, 0)]).toEqual([BRIGHT, DARK]);
    expect([redAt(picture, 1, 1), redAt(picture, 1, 0)]).toEqual([DARK, BRIGHT]);
  });

  it('overwrites its oldest column with its newest, and no other', () => {
    const picture = createSoundPicture(2, HOP_MS);
    append(picture, Array(60).fill([LOUD, LOUD]), 6000);
    append(picture, [[QUIET, QUIET]], 6100);
    expect(Array.from({ length: 60 }, (_, x) => redAt(picture, x, 0))).toEqual([DARK, ...Array(59).fill(BRIGHT)]);
  });

  it('leaves out frames of another shape and the rest of a torn one', () => {
    const picture = createSoundPicture(2, HOP_MS);
    picture.append(new Float32Array(6), 3, 100);
    expect(picture.columns()).toBe(0);
    picture.append(new Float32Array(5), 2, 200);
    expect(picture.columns()).toBe(2);
  });

  it('is, from left to right, every column of its ring once, oldest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 60 }), (columns, width) => {
        const order = ringSlices(columns, width).flatMap(({ from, count, at }) =>
          Array.from({ length: count }, (_, i) => [at + i, from + i] as const),
        );
        expect(order).toEqual(Array.from({ length: width }, (_, i) => [i, (columns + i) % width]));
      }),
    );
  });
});

describe('pins', () => {
  const silence = (frames: number) => Array<readonly [number, number]>(frames).fill([QUIET, QUIET]);

  it('stand at the loudest moment of the window that was decided on', () => {
    const picture = createSoundPicture(2, HOP_MS);
    append(picture, [[LOUD, LOUD], ...silence(14), [20, 20], ...silence(4)], 2000);
    picture.pin('left', 2000, 1000);
    expect(picture.pins()).toEqual([{ column: 15, label: 'left' }]);
  });

  it('count back from the newest frame where the decision is older', () => {
    const picture = createSoundPicture(2, HOP_MS);
    append(picture, [...silence(5), [20, 20], ...silence(4), ...Array(10).fill([LOUD, LOUD])], 2000);
    picture.pin('left', 1000, 1000);
    expect(picture.pins()[0]!.column).toBe(5);
  });

  it('leave the picture with their moment', () => {
    const picture = createSoundPicture(2, HOP_MS);
    append(picture, [[LOUD, LOUD]], 100);
    picture.pin('left', 100, 1000);
    append(picture, silence(59), 6000);
    expect(picture.pins().length).toBe(1);
    append(picture, silence(1), 6100);
    expect(picture.pins()).toEqual([]);
  });

  it('find their place in a session that begins after another one', () => {
    const picture = createSoundPicture(2, HOP_MS);
    append(picture, silence(30), 3000);
    picture.beginSession();
    append(picture, [...silence(4), [LOUD, LOUD]], 500);
    picture.pin('left', 500, 1000);
    expect(picture.pins()[0]!.column).toBe(34);
  });

  it('are not set where nothing was drawn yet', () => {
    const picture = createSoundPicture(2, HOP_MS);
    picture.pin('left', 500, 1000);
    expect(picture.pins()).toEqual([]);
  });
});
