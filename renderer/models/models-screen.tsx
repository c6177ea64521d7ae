import { EmptyScreen } from '../frame/empty-screen.tsx';
import type { ScreenProps } from '../screens.ts';
import { strings } from '../strings.ts';

export function ModelsScreen({ onScreen }: ScreenProps) {
  return <EmptyScreen {...strings.empty.models} onAction={() => onScreen('words')} />;
}
