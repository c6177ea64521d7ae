import { EmptyScreen } from '../frame/empty-screen.tsx';
import type { ScreenProps } from '../screens.ts';
import { strings } from '../strings.ts';

export function TeachScreen({ onScreen }: ScreenProps) {
  return <EmptyScreen {...strings.empty.teach} onAction={() => onScreen('words')} />;
}
