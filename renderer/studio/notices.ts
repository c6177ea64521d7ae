import { createStore, type Store } from '../store.ts';

/** One message that floats until it is dismissed or has been there long enough. */
export interface Notice {
  /** What it is about; a newer notice about the same takes its place. */
  readonly key: string;
  readonly text: string;
  /** Tells a notice from the one it replaced. */
  readonly serial: number;
}

export interface Notices {
  readonly list: Store<readonly Notice[]>;
  show(key: string, text: string): void;
  dismiss(key: string): void;
}

export function createNotices(): Notices {
  const list = createStore<readonly Notice[]>([]);
  let serial = 0;
  return {
    list,
    show: (key, text) =>
      list.update((notices) => [...notices.filter((each) => each.key !== key), { key, text, serial: serial++ }]),
    dismiss: (key) =>
      list.update((notices) =>
        notices.some((each) => each.key === key) ? notices.filter((each) => each.key !== key) : notices,
      ),
  };
}
