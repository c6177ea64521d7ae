import { Button, Label, ProgressBar } from 'react-aria-components';
import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ImportReview } from './import-review.tsx';
import './transfer-view.css';

/** An import or an export under way; it takes the place of the screen until it is done. */
export function TransferView({ onScreen }: ScreenProps) {
  const { importer, exporter } = useStudio();
  const state = useStore(importer.state);
  const exporting = useStore(exporter.state);
  if (state.phase === 'review') return <ImportReview state={state} onDone={() => onScreen('words')} />;
  if (state.phase === 'working')
    return <Working title={strings.import.title} {...state} onCancel={() => void importer.cancel()} />;
  if (exporting)
    return <Working title={strings.import.exportTitle} {...exporting} onCancel={() => void exporter.cancel()} />;
  return null;
}

interface WorkingProps {
  readonly title: string;
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly onCancel: () => void;
}

function Working({ title, stage, done, total, onCancel }: WorkingProps) {
  return (
    <main className="transfer">
      <h1>{title}</h1>
      <ProgressBar
        className="transfer-progress"
        isIndeterminate={total === 0}
        value={done}
        maxValue={Math.max(1, total)}
        valueLabel={total === 0 ? undefined : strings.import.progress(done, total)}
      >
        {({ percentage, valueText }) => (
          <>
            <Label>{stage}</Label>
            <span className="transfer-value">{total > 0 && valueText}</span>
            <svg className="transfer-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={percentage ?? 0} height="1" />
            </svg>
          </>
        )}
      </ProgressBar>
      <Button className="button" autoFocus onPress={onCancel}>
        {strings.import.cancel}
      </Button>
    </main>
  );
}
