import { useState } from 'react';
import { Button, FileTrigger, Input, Label, TextField } from 'react-aria-components';
import { HeedError, asHeedError } from '../../src/errors.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';

interface Refusal {
  readonly file: File;
  readonly message: string;
  /** The file would do if somebody said what its outputs mean. */
  readonly wantsLabels: boolean;
}

/** Takes a model file in; where it does not name its labels, they are asked for here. */
export function ModelImport({ onImported }: { readonly onImported: (modelId: string) => void }) {
  const { shelf, notices } = useStudio();
  const [reading, setReading] = useState<string>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [labels, setLabels] = useState('');
  const text = strings.models;

  async function take(file: File, given?: readonly string[]): Promise<void> {
    setReading(file.name);
    setRefusal(undefined);
    try {
      const id = await shelf.take(file, given);
      setLabels('');
      notices.show('models', text.imported(id));
      onImported(id);
    } catch (error) {
      const wantsLabels = error instanceof HeedError && error.code === 'labels-missing';
      setRefusal({ file, message: asHeedError(error).message, wantsLabels });
    } finally {
      setReading(undefined);
    }
  }

  return (
    <div className="model-import">
      <FileTrigger acceptedFileTypes={['.onnx']} onSelect={(files) => files?.[0] && void take(files[0])}>
        <Button className="button" isDisabled={reading !== undefined}>
          {text.import}
        </Button>
      </FileTrigger>
      {reading !== undefined && <p role="status">{text.importing(reading)}</p>}
      {refusal && (
        <p className="model-refusal" role="alert">
          {refusal.message}
        </p>
      )}
      {refusal?.wantsLabels && (
        <form
          className="model-labels"
          onSubmit={(event) => {
            event.preventDefault();
            void take(refusal.file, splitLabels(labels));
          }}
        >
          <TextField value={labels} onChange={setLabels} autoFocus>
            <Label>{text.labelsMissing}</Label>
            <Input className="field" />
          </TextField>
          <Button type="submit" className="button main" isDisabled={splitLabels(labels).length === 0}>
            {text.importAgain}
          </Button>
        </form>
      )}
    </div>
  );
}

function splitLabels(text: string): string[] {
  return text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}
