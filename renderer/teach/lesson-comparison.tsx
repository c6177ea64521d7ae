import type { TeachComparison } from '../../src/engine/contract/teach-schemas.ts';
import { displayLabel, formatShare } from '../format.ts';
import { strings } from '../strings.ts';
import './lesson-comparison.css';

const text = strings.teach.done;

/** Old against new, word by word, on takes that neither learned from. */
export function LessonComparison({ comparison, oldModel }: { comparison: TeachComparison; oldModel: string }) {
  const { clips, oldRight, newRight, improved, words } = comparison;
  if (clips === 0) return <p className="comparison-warning">{text.nothingHeldOut}</p>;
  const share = (right: number): string => formatShare(clips === 0 ? 0 : right / clips);
  return (
    <div className="comparison">
      <p className="comparison-sentence">{text.sentence(clips, share(oldRight), share(newRight))}</p>
      {newRight < oldRight && <p className="comparison-warning">{text.worse}</p>}
      {improved && newRight === oldRight && <p className="comparison-note">{text.equal}</p>}
      {!improved && <p className="comparison-warning">{text.notImproved}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{text.word}</th>
            <th scope="col">{text.old(oldModel)}</th>
            <th scope="col">{text.new}</th>
          </tr>
        </thead>
        <tbody>
          {words.map((word) => (
            <tr key={word.label}>
              <th scope="row">{displayLabel(word.label)}</th>
              <td>{word.oldKnows ? text.of(word.oldRight, word.clips) : text.unknownToOld}</td>
              <td data-better={word.newRight > word.oldRight || undefined}>{text.of(word.newRight, word.clips)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
