import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { HeardWord } from './heard-word.tsx';
import { History } from './history.tsx';
import { PosteriorBars } from './posterior-bars.tsx';
import { SoundPictureView } from './sound-picture-view.tsx';
import './listen-screen.css';

/** What is heard, why, and what was heard before. */
export function ListenScreen({ onScreen }: ScreenProps) {
  const { phase } = useStore(useStudio().listener.state);
  return (
    <main className="listen" data-phase={phase}>
      <h1 className="visually-hidden">{strings.rail.listen}</h1>
      <HeardWord onScreen={onScreen} />
      <SoundPictureView />
      <PosteriorBars />
      <History />
    </main>
  );
}
