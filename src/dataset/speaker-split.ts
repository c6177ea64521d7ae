import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** The share of the speakers that is held out when there is no validation folder. */
const VALIDATION_SHARE = 0.1;

/** Who speaks, by the file's name: what stands before `_nohash_` (Speech Commands), else the whole name. */
export function speakerOf(fileName: string): string {
  const end = fileName.indexOf('_nohash_');
  return end > 0 ? fileName.slice(0, end) : fileName.replace(/\.wav$/i, '');
}

/**
 * The speakers to hold out for validation: about one in ten, chosen by a hash of the name, so that a speaker stays on
 * the same side when clips are added. Where that would leave a label without a clip to train on, the speakers of that
 * label are not held out.
 *
 * @param clips  every clip's speaker and label
 */
export function speakersToHoldOut(clips: readonly { speaker: string; label: string }[]): ReadonlySet<string> {
  const speakersOfLabel = new Map<string, Set<string>>();
  for (const { speaker, label } of clips) {
    const speakers = speakersOfLabel.get(label) ?? new Set();
    speakersOfLabel.set(label, speakers.add(speaker));
  }
  const heldOut = new Set<string>();
  for (const speakers of speakersOfLabel.values())
    for (const speaker of speakers)
      if (!heldOut.has(speaker) && hashShare(speaker) < VALIDATION_SHARE) heldOut.add(speaker);
  for (const speakers of speakersOfLabel.values())
    if ([...speakers].every((speaker) => heldOut.has(speaker))) for (const speaker of speakers) heldOut.delete(speaker);
  return heldOut;
}

/** A number in [0, 1) that depends on the text alone. */
function hashShare(text: string): number {
  const digest = sha256(utf8ToBytes(text));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) / 2 ** 32;
}
