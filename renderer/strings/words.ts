import type { OperationSummary } from '../../src/engine/contract/words-schemas.ts';

const takes = (count: number): string => (count === 1 ? '1 take' : `${count} takes`);

/** What was taken back, in one sentence. */
function undone({ kind, label, to, takeCount }: OperationSummary): string {
  const many = takes(takeCount);
  switch (kind) {
    case 'add-word':
      return `Taken back: the new word “${label}”.`;
    case 'rename-word':
      return `“${to ?? ''}” is called “${label}” again.`;
    case 'merge-words':
      return `“${label}” is a word of its own again, with ${many}.`;
    case 'delete-word':
      return `“${label}” is back, with ${many}.`;
    case 'add-takes':
      return `Taken back: ${many} of “${label}”. The sound is in the trash.`;
    case 'move-takes':
      return `${many} moved back to “${label}”.`;
    case 'trim-take':
      return `The take of “${label}” is trimmed as before.`;
    case 'leave-out-takes':
      return `${many} of “${label}” count again.`;
    case 'take-back-takes':
      return `${many} of “${label}” are left out again.`;
    case 'delete-takes':
      return `${many} of “${label}” are back.`;
  }
}

/** Every sentence of the Words screen. */
export const wordStrings = {
  title: 'Words',
  takes,
  undone,
  nothingToUndo: 'There is nothing to take back.',
  empty: {
    title: 'Which words should Heed learn?',
    text: 'Add a word of your own, then say it a few times.',
    action: 'Add a word',
  },
} as const;
