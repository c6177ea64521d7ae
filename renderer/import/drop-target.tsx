import { useEffect, useState } from 'react';
import { asHeedError } from '../../src/errors.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { dragsFiles, filesOfDrop, type PickedFile } from './picked-files.ts';
import './drop-target.css';

/**
 * The whole window takes recordings, models and results of experiments that are dropped on it, and says so while they hang
 * over it.
 * @param onResults  called when results are about to be shown, in the Lab
 */
export function DropTarget({ onResults }: { readonly onResults: () => void }) {
  const { importer, lab, shelf, notices } = useStudio();
  const [isOver, setOver] = useState(false);

  useEffect(() => {
    // Every element that the pointer passes tells of entering and leaving; only what leaves the window leaves.
    let depth = 0;
    const show = (change: number): void => {
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const enter = (event: DragEvent): void => {
      if (dragsFiles(event.dataTransfer)) show(1);
    };
    const leave = (event: DragEvent): void => {
      if (dragsFiles(event.dataTransfer)) show(-1);
    };
    const over = (event: DragEvent): void => {
      if (dragsFiles(event.dataTransfer)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!event.dataTransfer || !dragsFiles(event.dataTransfer)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      filesOfDrop(event.dataTransfer)
        .then(async (files) => {
          for (const { file } of files.filter(isModel)) {
            const id = await shelf.take(file, undefined);
            notices.show('models', strings.models.imported(id));
          }
          const results = files.filter(isResults);
          if (results.length > 0) onResults();
          for (const { file } of results) await lab.open(file);
          await importer.begin(files.filter((each) => !isModel(each) && !isResults(each)));
        })
        .catch((error: unknown) => notices.show('error', asHeedError(error).message));
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [importer, lab, shelf, notices, onResults]);

  return isOver ? (
    <div className="drop-target" aria-hidden="true">
      <p>{strings.import.dropHere}</p>
    </div>
  ) : null;
}

function isModel({ path }: PickedFile): boolean {
  return /\.onnx$/i.test(path);
}

/** Dropped by itself: what lies in a folder of recordings is none. */
function isResults({ path }: PickedFile): boolean {
  return /^[^/]+\.jsonl?$/i.test(path);
}
