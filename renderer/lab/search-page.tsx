import { Button, Checkbox, Disclosure, DisclosurePanel, Input, TextField } from 'react-aria-components';
import type { LabParameter, LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { ChevronIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ChoiceField, ClipsField, WholeField } from './fields.tsx';
import { LabRun, ResultActions } from './lab-run.tsx';
import { dimensionOf, searchJob } from './lab-settings.ts';
import { SearchResults } from './search-results.tsx';
import { TrialLines } from './trial-lines.tsx';

const text = strings.lab.search;

/** The settings of training, searched trial by trial. */
export function SearchPage() {
  const { lab } = useStudio();
  const settings = useStore(lab.settings);
  const parameters = useStore(lab.parameters);
  const running = useStore(lab.running);
  const shown = useStore(lab.results).search;
  const { search } = settings;
  const change = (wanted: Partial<typeof search>): void => lab.change({ search: { ...search, ...wanted } });
  const isRunning = running?.kind === 'search';
  const result = shown?.result as LabResultOf<'search'> | undefined;
  const isVaried = parameters.some((parameter) => dimensionOf(parameter, search.space).varied);
  return (
    <>
      <p>{text.intro}</p>
      <ClipsField />
      <SearchSpace parameters={parameters} />
      <div className="lab-fields">
        <ChoiceField
          label={text.method}
          options={text.methods}
          value={search.method}
          onChange={(method) => change({ method })}
        />
        {search.method === 'grid' ? (
          <p className="lab-hint">{text.noTrials}</p>
        ) : (
          <WholeField
            label={text.trials}
            value={search.trials}
            range={[1, 10_000]}
            onChange={(trials) => change({ trials })}
          />
        )}
        <WholeField
          label={strings.lab.passes}
          value={search.passes}
          range={[1, 1000]}
          onChange={(passes) => change({ passes })}
        />
      </div>
      <LabRun
        kind="search"
        job={() => searchJob(settings, parameters)}
        isReady={isVaried}
        {...(result?.stopped ? { label: strings.lab.goOn } : {})}
      />
      {isRunning && running.trials.length > 0 && <TrialLines trials={running.trials} />}
      {!isRunning && result?.stopped && <p role="status">{text.stopped}</p>}
      {!isRunning && shown && result ? (
        <>
          <SearchResults result={result} />
          <ResultActions shown={shown} />
        </>
      ) : (
        !isRunning && <p className="lab-empty">{text.empty}</p>
      )}
    </>
  );
}

/** Each parameter with what it may be; those that are seldom varied stand behind a button. */
function SearchSpace({ parameters }: { readonly parameters: readonly LabParameter[] }) {
  const usual = parameters.filter(({ chosen }) => chosen);
  const others = parameters.filter(({ chosen }) => !chosen);
  return (
    <section className="lab-space" aria-label={text.space}>
      <h2>{text.space}</h2>
      <p className="lab-hint">{text.spaceHint}</p>
      <Dimensions parameters={usual} />
      <Disclosure className="disclosure">
        <Button slot="trigger" className="disclosure-button">
          <ChevronIcon />
          {text.more}
        </Button>
        <DisclosurePanel>
          <Dimensions parameters={others} />
        </DisclosurePanel>
      </Disclosure>
    </section>
  );
}

function Dimensions({ parameters }: { readonly parameters: readonly LabParameter[] }) {
  const { lab } = useStudio();
  const { search } = useStore(lab.settings);
  return (
    <ul className="lab-dimensions">
      {parameters.map((parameter) => {
        const { name, allowed } = parameter;
        const dimension = dimensionOf(parameter, search.space);
        const change = (wanted: Partial<typeof dimension>): void =>
          lab.change({ search: { ...search, space: { ...search.space, [name]: { ...dimension, ...wanted } } } });
        return (
          <li key={name}>
            <Checkbox className="check" isSelected={dimension.varied} onChange={(varied) => change({ varied })}>
              <span className="check-box" aria-hidden="true" />
              {name}
            </Checkbox>
            <TextField
              aria-label={text.values(name)}
              isDisabled={!dimension.varied}
              value={dimension.values}
              onChange={(values) => change({ values })}
            >
              <Input className="setting-input lab-values" title={text.allowed(allowed)} />
            </TextField>
          </li>
        );
      })}
    </ul>
  );
}
