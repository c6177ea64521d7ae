import { Button } from 'react-aria-components';
import './empty-screen.css';

interface EmptyScreenProps {
  readonly title: string;
  /** What would be here, and what is needed for it. */
  readonly text: string;
  /** The one thing to do. */
  readonly action: string;
  readonly onAction: () => void;
}

/** A screen, or a part of one, that has nothing to show yet: a sentence and one action. */
export function EmptyScreen({ title, text, action, onAction }: EmptyScreenProps) {
  return (
    <main className="empty-screen">
      <h1>{title}</h1>
      <p>{text}</p>
      <Button className="button main" onPress={onAction}>
        {action}
      </Button>
    </main>
  );
}
