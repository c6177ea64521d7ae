import { useState } from 'react';
import { Button, FileTrigger, Input, Label, TextField } from 'react-aria-components';
import type { LabJob, LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { CellsField, ChoiceField, WholeField } from './fields.tsx';
import { ExperimentView } from './experiment-view.tsx';
import { LabRun, ResultActions } from './lab-run.tsx';
import { wholeNumbers } from './lab-settings.ts';
import { ScoredSentence } from './scored-sentence.tsx';

const text = strings.lab.examples;

/** What recurrent networks are good for, each example beside something simpler. */
export function ExamplesPage() {
  const { lab } = useStudio();
  const { example } = useStore(lab.settings);
  const shown = useStore(lab.results)[example];
  const isRunning = useStore(lab.running)?.kind === example;
  return (
    <>
      <ChoiceField
        label={text.label}
        options={text.names}
        value={example}
        onChange={(chosen) => lab.change({ example: chosen })}
      />
      <p>{text.intros[example]}</p>
      {example === 'sentiment' && <SentimentForm />}
      {(example === 'weather' || example === 'prices') && <SeriesForm example={example} />}
      {(example === 'adding' || example === 'copy') && <MemoryForm example={example} />}
      {shown ? (
        <>
          <ExperimentView result={shown.result as LabResultOf<'weather'>} />
          <ResultActions shown={shown} />
        </>
      ) : (
        !isRunning && <p className="lab-empty">{text.empty}</p>
      )}
      {example === 'sentiment' && <SentenceForm />}
    </>
  );
}

/** The files that were chosen, as a call takes them. */
async function contentsOf(files: readonly File[]): Promise<{ name: string; bytes: Uint8Array }[]> {
  return Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
}

function SentimentForm() {
  const { lab } = useStudio();
  const { folds, seed } = useStore(lab.settings);
  const files = useStore(lab.texts);
  return (
    <>
      <div className="lab-fields">
        <div className="lab-field">
          <span>{text.texts}</span>
          <FileTrigger
            allowsMultiple
            acceptedFileTypes={['.tsv', '.txt', 'text/plain']}
            onSelect={(chosen) => lab.texts.set([...(chosen ?? [])])}
          >
            <Button className="button">{text.chooseTexts}</Button>
          </FileTrigger>
        </div>
        <WholeField
          label={text.folds}
          value={folds}
          range={[2, 20]}
          onChange={(value) => lab.change({ folds: value })}
        />
      </div>
      <p className="lab-hint">
        {files.length === 0 ? text.textsHint : text.chosenFiles(files.map(({ name }) => name))}
      </p>
      <LabRun
        kind="sentiment"
        isReady={files.length > 0}
        job={async () => ({ kind: 'sentiment', texts: await contentsOf(files), folds, seed })}
      />
    </>
  );
}

function SentenceForm() {
  const { lab } = useStudio();
  const { sentence, seed } = useStore(lab.settings);
  const files = useStore(lab.texts);
  const shown = useStore(lab.results).sentence;
  return (
    <section className="lab-sentence">
      <TextField className="lab-field" value={sentence} onChange={(typed) => lab.change({ sentence: typed })}>
        <Label>{text.sentence}</Label>
        <Input className="setting-input lab-sentence-input" maxLength={2000} />
      </TextField>
      <p className="lab-hint">{text.sentenceHint}</p>
      <LabRun
        kind="sentence"
        label={text.score}
        isReady={files.length > 0 && sentence.trim() !== ''}
        job={async () => ({ kind: 'sentence', texts: await contentsOf(files), text: sentence, seed })}
      />
      {shown && <ScoredSentence words={(shown.result as LabResultOf<'sentence'>).words} />}
    </section>
  );
}

function SeriesForm({ example }: { readonly example: 'weather' | 'prices' }) {
  const { lab } = useStudio();
  const { seed } = useStore(lab.settings);
  const series = useStore(lab.series);
  const file = series[example];
  return (
    <>
      <div className="lab-actions">
        <span>
          {text.series}: {file?.name ?? text.seriesOwn}
        </span>
        <FileTrigger
          acceptedFileTypes={['.csv', 'text/csv']}
          onSelect={(chosen) => chosen?.[0] && lab.series.set({ ...series, [example]: chosen[0] })}
        >
          <Button className="button">{text.chooseSeries}</Button>
        </FileTrigger>
        {file && (
          <Button className="button" onPress={() => lab.series.update(({ [example]: _, ...others }) => others)}>
            {text.ownSeries}
          </Button>
        )}
      </div>
      <p className="lab-hint">{text.seriesHint[example]}</p>
      <LabRun
        kind={example}
        job={async (): Promise<LabJob> => {
          const [own] = file ? await contentsOf([file]) : [];
          return { kind: example, seed, ...(own ? { file: own } : {}) };
        }}
      />
    </>
  );
}

function MemoryForm({ example }: { readonly example: 'adding' | 'copy' }) {
  const { lab } = useStudio();
  const { memory, seed } = useStore(lab.settings);
  const [typed, setTyped] = useState(memory.lengths);
  const change = (wanted: Partial<typeof memory>): void => lab.change({ memory: { ...memory, ...wanted } });
  const lengths = wholeNumbers(typed);
  return (
    <>
      <div className="lab-fields">
        <TextField
          className="lab-field"
          value={typed}
          isInvalid={lengths === undefined}
          onChange={(value) => {
            setTyped(value);
            change({ lengths: value });
          }}
        >
          <Label>{text.lengths}</Label>
          <Input className="setting-input lab-values" placeholder={text.lengthsHint} />
        </TextField>
        <CellsField value={memory.cells} onChange={(cells) => change({ cells })} />
        <WholeField
          label={text.steps}
          value={memory.steps}
          range={[1, 1_000_000]}
          onChange={(steps) => change({ steps })}
        />
        <WholeField
          label={text.hidden}
          value={memory.hidden}
          range={[1, 512]}
          onChange={(hidden) => change({ hidden })}
        />
      </div>
      {lengths === undefined && <p className="lab-hint">{text.lengthsHint}</p>}
      <LabRun
        kind={example}
        isReady={lengths !== undefined}
        job={() => lengths && { ...memory, kind: example, seed, lengths, cells: [...memory.cells] }}
      />
    </>
  );
}
