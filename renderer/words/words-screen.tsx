import { EmptyScreen } from '../frame/empty-screen.tsx';
import type { ScreenProps } from '../screens.ts';
import { strings } from '../strings.ts';

export function WordsScreen({ onScreen }: ScreenProps) {
  return <EmptyScreen {...strings.words.empty} onAction={() => onScreen('words')} />;
}
