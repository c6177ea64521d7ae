import { asHeedError } from '../../src/errors.ts';
import { concernsModel } from '../capture/problems.ts';
import type { ScreenProps } from '../screens.ts';
import { strings } from '../strings.ts';
import { EmptyScreen } from './empty-screen.tsx';

interface ScreenProblemProps extends ScreenProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** A screen that cannot show what it is for: why, and the way out. */
export function ScreenProblem({ error, onRetry, onScreen }: ScreenProblemProps) {
  const text = strings.screenProblem;
  const isModel = concernsModel(error);
  return (
    <EmptyScreen
      title={isModel ? text.model : text.other}
      text={asHeedError(error).message}
      action={isModel ? strings.listen.chooseModel : strings.listen.retry}
      onAction={isModel ? () => onScreen('models') : onRetry}
    />
  );
}
