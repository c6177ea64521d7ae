import { useState } from 'react';
import { Button, Checkbox, Radio, RadioGroup } from 'react-aria-components';
import { asHeedError } from '../../src/errors.ts';
import { EXPORT_FORMS, type ExportForm } from '../strings/models.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';

interface ModelExportProps {
  readonly modelId: string;
  readonly onDone: () => void;
}

/** Hands a model on as ONNX, in the form that another program needs. */
export function ModelExport({ modelId, onDone }: ModelExportProps) {
  const { shelf, notices } = useStudio();
  const [form, setForm] = useState<ExportForm>('clip');
  const [int8, setInt8] = useState(false);
  const [fileOnly, setFileOnly] = useState(false);
  const [isWriting, setWriting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const text = strings.models;

  async function save(): Promise<void> {
    setWriting(true);
    setFailure(undefined);
    try {
      const { fileName, maxDifference } = await shelf.export(modelId, { form, int8, examples: !fileOnly });
      notices.show('models', text.exported(fileName, maxDifference.toExponential(1), int8));
      onDone();
    } catch (error) {
      setFailure(asHeedError(error).message);
      setWriting(false);
    }
  }

  return (
    <section className="model-export" aria-label={text.exportTitle}>
      <h3>{text.exportTitle}</h3>
      <RadioGroup aria-label={text.exportForm} value={form} onChange={(value) => setForm(value as ExportForm)}>
        {EXPORT_FORMS.map((each) => (
          <Radio key={each} value={each} className="export-form">
            {text.exportForms[each]}
          </Radio>
        ))}
      </RadioGroup>
      <Checkbox className="check" isSelected={int8} onChange={setInt8}>
        <span className="check-box" aria-hidden="true" />
        {text.int8}
      </Checkbox>
      <Checkbox className="check" isSelected={fileOnly} onChange={setFileOnly}>
        <span className="check-box" aria-hidden="true" />
        {text.fileOnly}
      </Checkbox>
      <div className="model-actions">
        <Button className="button main" isDisabled={isWriting} onPress={() => void save()}>
          {text.exportNow}
        </Button>
        <Button className="button" onPress={onDone}>
          {text.cancel}
        </Button>
        {isWriting && <span role="status">{text.exporting}</span>}
      </div>
      {failure !== undefined && (
        <p className="model-refusal" role="alert">
          {failure}
        </p>
      )}
    </section>
  );
}
