import { createContext, useContext } from 'react';
import type { Studio } from './studio.ts';

export const StudioContext = createContext<Studio | undefined>(undefined);

/** The studio that the screens around this component show. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new Error('This component stands outside of the studio.');
  return studio;
}
