import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { HeedError } from '../../errors.ts';
import { takePath, trashPath } from './operation.ts';
import { entryOf, relabelled, withWords, type Drafting } from './operation-draft.ts';
import type { NewTake, Take, TakeEntry, TakeTrim } from './take.ts';

/** A take shorter than this cannot be trimmed out. */
const SHORTEST_TRIM_MS = 20;

/** Keeps takes whose files lie in a folder already, and makes the words that do not exist. */
export function addingTakes(added: readonly Take[], staging: string): Drafting {
  return (manifest) => {
    const labels = [...new Set(added.map(({ label }) => label))];
    return {
      summary: { kind: 'add-takes', label: labels[0]!, labels, takeCount: added.length },
      moves: added.map(({ id, label }) => ({ from: `${staging}/${id}.wav`, to: takePath(label, id) })),
      takes: Object.fromEntries(added.map(({ id, ...after }) => [id, { before: null, after }])),
      words: withWords(manifest, labels),
    };
  };
}

/** What the manifest says of a take that comes in. */
export function newEntry({ samples, source, recordedAt, badges, trim, origin }: NewTake, label: string): TakeEntry {
  const durationMs = (1000 * samples.length) / HEED_SAMPLE_RATE_HZ;
  return {
    label,
    recordedAt: recordedAt ?? Date.now(),
    source,
    durationMs,
    ...(trim ? { trim: checkedTrim(trim, durationMs) } : {}),
    badges: [...(badges ?? [])],
    leftOut: false,
    ...(origin === undefined ? {} : { origin }),
  };
}

/** Gives takes to another word, which is made where it does not exist. */
export function movingTakes(ids: readonly string[], to: string): Drafting {
  return (manifest) => {
    const moving = [...new Set(ids)].filter((id) => entryOf(manifest, id).label !== to);
    if (moving.length === 0) return undefined;
    return {
      summary: { kind: 'move-takes', label: entryOf(manifest, moving[0]!).label, to, takeCount: moving.length },
      moves: moving.map((id) => ({ from: takePath(entryOf(manifest, id).label, id), to: takePath(to, id) })),
      takes: relabelled(moving, manifest, to),
      words: withWords(manifest, [to]),
    };
  };
}

/** Says which part of a take counts; all of it where `trim` is undefined. */
export function trimmingTake(id: string, trim: TakeTrim | undefined): Drafting {
  return (manifest) => {
    const { trim: _before, ...rest } = entryOf(manifest, id);
    const after = trim ? { ...rest, trim: checkedTrim(trim, rest.durationMs) } : rest;
    return {
      summary: { kind: 'trim-take', label: rest.label, takeCount: 1 },
      takes: { [id]: { before: entryOf(manifest, id), after } },
    };
  };
}

/** Leaves takes out of learning, or takes them back in. */
export function leavingOut(ids: readonly string[], leftOut: boolean): Drafting {
  return (manifest) => {
    const changing = [...new Set(ids)].filter((id) => entryOf(manifest, id).leftOut !== leftOut);
    if (changing.length === 0) return undefined;
    return {
      summary: {
        kind: leftOut ? 'leave-out-takes' : 'take-back-takes',
        label: entryOf(manifest, changing[0]!).label,
        takeCount: changing.length,
      },
      takes: Object.fromEntries(
        changing.map((id) => [id, { before: entryOf(manifest, id), after: { ...entryOf(manifest, id), leftOut } }]),
      ),
    };
  };
}

/** Moves takes to the trash. */
export function deletingTakes(ids: readonly string[]): Drafting {
  return (manifest) => {
    const going = [...new Set(ids)];
    if (going.length === 0) return undefined;
    return {
      summary: { kind: 'delete-takes', label: entryOf(manifest, going[0]!).label, takeCount: going.length },
      moves: going.map((id) => ({ from: takePath(entryOf(manifest, id).label, id), to: trashPath(id) })),
      takes: Object.fromEntries(going.map((id) => [id, { before: entryOf(manifest, id), after: null }])),
    };
  };
}

function checkedTrim({ startMs, endMs }: TakeTrim, durationMs: number): TakeTrim {
  const trim = { startMs: Math.max(0, startMs), endMs: Math.min(durationMs, endMs) };
  if (!(trim.endMs - trim.startMs >= SHORTEST_TRIM_MS))
    throw new HeedError('usage', `At least ${SHORTEST_TRIM_MS} ms of a take must be left; move the handles apart.`);
  return trim;
}
