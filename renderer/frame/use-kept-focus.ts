import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keeps the focus on a screen whose controls come and go: where the one in focus has gone, the screen itself takes it,
 * so that Tab goes on from there.
 * @param state  what decides which controls there are
 * @returns the ref of the screen, which needs `tabIndex={-1}`
 */
export function useKeptFocus(state: unknown): RefObject<HTMLElement | null> {
  const screen = useRef<HTMLElement>(null);
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) screen.current?.focus();
  }, [state]);
  return screen;
}
