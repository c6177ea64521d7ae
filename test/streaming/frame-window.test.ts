import { describe, expect, it } from 'vitest';
import { FrameWindow } from '../../src/streaming/frame-window.ts';

describe('FrameWindow', () => {
  it('holds the newest frames in order, however many came before', () => {
    const window = new FrameWindow(3, 2);
    for (let frame = 0; frame < 100; frame++) {
      window.push(Float32Array.of(frame, 1000 + frame));
      expect(window.full).toBe(frame >= 2);
      if (frame < 2) continue;
      expect([...window.newest()]).toEqual([frame - 2, 998 + frame, frame - 1, 999 + frame, frame, 1000 + frame]);
    }
  });

  it('is empty after a reset', () => {
    const window = new FrameWindow(1, 1);
    window.push(Float32Array.of(1));
    window.reset();
    expect(window.full).toBe(false);
  });
});
