import { describe, expect, it } from 'vitest';
import { speakerOf, speakersToHoldOut } from '../../src/dataset/speaker-split.ts';

const clipsOf = (label: string, speakers: string[]) => speakers.map((speaker) => ({ speaker, label }));
const many = Array.from({ length: 2000 }, (_, i) => `speaker${i}`);

describe('splitting by speaker', () => {
  it('finds the speaker before _nohash_, and takes any other name whole', () => {
    expect(speakerOf('0a7c2a8d_nohash_3.wav')).toBe('0a7c2a8d');
    expect(speakerOf('My take.WAV')).toBe('My take');
  });

  it('holds out about a tenth of the speakers', () => {
    const heldOut = speakersToHoldOut(clipsOf('yes', many));
    expect(heldOut.size).toBeGreaterThan(150);
    expect(heldOut.size).toBeLessThan(250);
  });

  it('decides on a speaker without regard to the others', () => {
    const few = speakersToHoldOut(clipsOf('yes', many.slice(0, 500)));
    const all = speakersToHoldOut(clipsOf('yes', many));
    expect([...few]).toEqual(many.slice(0, 500).filter((speaker) => all.has(speaker)));
  });

  it('leaves every label a clip to train on', () => {
    const [someone] = speakersToHoldOut(clipsOf('yes', many));
    const heldOut = speakersToHoldOut([...clipsOf('yes', many), ...clipsOf('rare', [someone!])]);
    expect(heldOut.has(someone!)).toBe(false);
    expect(heldOut.size).toBeGreaterThan(100);
  });
});
