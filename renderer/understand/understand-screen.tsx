import { useEffect } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import type { UnderstandMatrix } from '../../src/engine/contract/understand-schemas.ts';
import { displayLabel, formatShare } from '../format.ts';
import { EmptyScreen } from '../frame/empty-screen.tsx';
import { ScreenProblem } from '../frame/screen-problem.tsx';
import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { layOutMatrix } from './matrix-layout.ts';
import { MatrixView } from './matrix-view.tsx';
import { ModelPicker } from './model-picker.tsx';
import { ScoreSheet } from './score-sheet.tsx';
import { TakeList } from './take-list.tsx';
import { selectedTakes } from './understand.ts';
import { WordThreshold } from './word-threshold.tsx';
import './understand-screen.css';

/** What the model makes of the user's takes: as a matrix, take by take, and moment by moment. */
export function UnderstandScreen({ onScreen }: ScreenProps) {
  const { understand } = useStudio();
  const matrix = useStore(understand.matrix);
  const problem = useStore(understand.problem);
  const of = useStore(understand.of);
  const clip = useStore(understand.clip);
  useEffect(() => void understand.refresh(), [understand]);
  if (clip) return <ScoreSheet clip={clip} />;
  if (!matrix && problem !== undefined)
    return <ScreenProblem error={problem} onRetry={() => void understand.refresh()} onScreen={onScreen} />;
  if (!matrix)
    return (
      <main className="understand" aria-busy="true">
        <h1>{strings.understand.title}</h1>
        <p role="status">{strings.understand.listening}</p>
      </main>
    );
  if (of === 'all' && matrix.takes.length === 0 && matrix.skipped.length === 0)
    return <EmptyScreen {...strings.empty.understand} onAction={() => onScreen('words')} />;
  return <Matrix matrix={matrix} of={of} />;
}

function Matrix({ matrix, of }: { matrix: UnderstandMatrix; of: 'all' | 'held-out' }) {
  const { understand } = useStudio();
  const text = strings.understand;
  const layout = layOutMatrix(matrix);
  return (
    <main className="understand">
      <div className="understand-head">
        <h1>{text.title}</h1>
        <ModelPicker modelId={matrix.modelId} />
        <RadioGroup
          className="understand-of"
          aria-label={text.of}
          orientation="horizontal"
          value={of}
          onChange={(value) => understand.show({ of: value as 'all' | 'held-out' })}
        >
          {(['all', 'held-out'] as const).map((each) => (
            <Radio key={each} value={each} className="theme">
              {text.ofs[each]}
            </Radio>
          ))}
        </RadioGroup>
      </div>
      {matrix.skipped[0] && (
        <p className="understand-skipped">{text.skipped(matrix.skipped.length, matrix.skipped[0].reason)}</p>
      )}
      {layout.total === 0 ? (
        <p>{text.noHeldOut}</p>
      ) : (
        <div className="understand-columns">
          <div className="understand-matrix">
            <p>{text.summary(formatShare(layout.right / layout.total), layout.total)}</p>
            <div className="understand-table">
              <MatrixView layout={layout} />
            </div>
            <p className="understand-hint">{text.matrix.hint}</p>
          </div>
          <Behind matrix={matrix} />
        </div>
      )}
    </main>
  );
}

/** What stands behind the cell or the word that is chosen. */
function Behind({ matrix }: { matrix: UnderstandMatrix }) {
  const selection = useStore(useStudio().understand.selection);
  const { clips, threshold } = strings.understand;
  if (!selection)
    return (
      <aside className="understand-behind">
        <p className="understand-hint">{clips.none}</p>
      </aside>
    );
  const word = displayLabel(selection.word);
  const title = selection.answer === undefined ? clips.word(word) : clips.cell(word, displayLabel(selection.answer));
  const curve = matrix.curves.find(({ label }) => label === selection.word);
  return (
    <aside className="understand-behind" aria-live="polite">
      <h2>{title}</h2>
      {selection.answer === undefined &&
        (curve ? <WordThreshold curve={curve} /> : <p>{threshold.unknown(word, matrix.modelId)}</p>)}
      <p className="understand-hint">{clips.order}</p>
      <TakeList takes={selectedTakes(matrix.takes, selection)} label={title} />
    </aside>
  );
}
