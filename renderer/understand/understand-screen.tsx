import { EmptyScreen } from '../frame/empty-screen.tsx';
import type { ScreenProps } from '../screens.ts';
import { strings } from '../strings.ts';

export function UnderstandScreen({ onScreen }: ScreenProps) {
  return <EmptyScreen {...strings.empty.understand} onAction={() => onScreen('words')} />;
}
