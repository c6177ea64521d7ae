import type { Random } from '../src/random.ts';

/** A copy of a file with one to three things wrong at the level of its bytes, such as damage or malice leave. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let contents: Uint8Array = bytes.slice();
  const edits = 1 + random.integer(3);
  for (let edit = 0; edit < edits; edit++) contents = mutateOnce(contents, random);
  return contents;
}

/** May change `contents`. */
function mutateOnce(contents: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(contents.length);
  const length = 1 + random.integer(16);
  const before = contents.subarray(0, at);
  const after = contents.subarray(at);
  switch (random.integer(6)) {
    case 0: // a bit flips
      contents[at]! ^= 1 << random.integer(8);
      return contents;
    case 1: // a byte changes
      contents[at] = random.integer(256);
      return contents;
    case 2: // a length grows out of bounds
      return Buffer.concat([before, Uint8Array.of(255, 255, 255, 255, random.integer(256) & 15), after]);
    case 3: // something is lost
      return Buffer.concat([before, contents.subarray(Math.min(contents.length, at + length))]);
    case 4: // something is there twice
      return Buffer.concat([before, contents.subarray(at, at + length), after]);
    default: // the end is lost
      return contents.slice(0, Math.max(1, at));
  }
}
