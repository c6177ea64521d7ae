import { Button, FileTrigger } from 'react-aria-components';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { filesOfInput } from './picked-files.ts';

const ACCEPTED = ['audio/*', '.wav', '.mp3', '.ogg', '.webm', '.flac', '.m4a', '.zip', '.tm'];

/** The ways in and out for recordings: files, a folder, everything as a zip where there is anything. */
export function ImportButtons({ canExport }: { readonly canExport: boolean }) {
  const { importer, exporter, notices } = useStudio();
  const text = strings.import;

  async function exportAll(): Promise<void> {
    const count = await exporter.begin();
    if (count !== undefined) notices.show('export', text.exported(count));
  }

  return (
    <>
      <FileTrigger
        allowsMultiple
        acceptedFileTypes={ACCEPTED}
        onSelect={(files) => void importer.begin(filesOfInput(files))}
      >
        <Button className="button">{text.fromFiles}</Button>
      </FileTrigger>
      <FileTrigger acceptDirectory onSelect={(files) => void importer.begin(filesOfInput(files))}>
        <Button className="button">{text.fromFolder}</Button>
      </FileTrigger>
      {canExport && (
        <Button className="button" onPress={() => void exportAll()}>
          {text.exportAll}
        </Button>
      )}
    </>
  );
}
