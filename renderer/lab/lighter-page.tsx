import { useEffect } from 'react';
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import type { LabJob, LabPlot, LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { formatShare } from '../format.ts';
import { ChevronIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ClipsField, WholeField } from './fields.tsx';
import { FiguresTable } from './figures-table.tsx';
import { LabRun, ResultActions } from './lab-run.tsx';
import { PlotSection } from './plot-section.tsx';

const text = strings.lab.lighter;

type LighterResult = LabResultOf<'lighter'>;

/** A model made lighter in every way. */
export function LighterPage() {
  const { lab, shelf } = useStudio();
  const { clips, seed, lighter } = useStore(lab.settings);
  const listing = useStore(shelf.listing);
  const shown = useStore(lab.results).lighter;
  const isRunning = useStore(lab.running)?.kind === 'lighter';
  useEffect(() => shelf.reload(), [shelf]);
  const modelId = listing?.models.find(({ id }) => id === lighter.modelId)?.id ?? listing?.inUse;
  const change = (wanted: Partial<typeof lighter>): void => lab.change({ lighter: { ...lighter, ...wanted } });
  const job = (): LabJob | undefined =>
    modelId === undefined ? undefined : { kind: 'lighter', clips, seed, modelId, passes: lighter.passes };
  return (
    <>
      <p>{text.intro}</p>
      <ClipsField />
      <div className="lab-fields">
        {listing && modelId !== undefined && (
          <Select className="lab-field" value={modelId} onChange={(key) => change({ modelId: String(key) })}>
            <Label>{text.model}</Label>
            <Button className="button">
              <SelectValue /> <ChevronIcon />
            </Button>
            <Popover className="microphone-popover">
              <ListBox items={listing.models}>
                {(each) => (
                  <ListBoxItem id={each.id} className="microphone-choice" textValue={each.name}>
                    {each.name}
                  </ListBoxItem>
                )}
              </ListBox>
            </Popover>
          </Select>
        )}
        <WholeField
          label={strings.lab.passes}
          value={lighter.passes}
          range={[1, 1000]}
          onChange={(passes) => change({ passes })}
        />
      </div>
      <LabRun kind="lighter" job={job} isReady={modelId !== undefined} />
      {shown ? (
        <>
          <LighterTable models={(shown.result as LighterResult).models} />
          <ResultActions shown={shown} />
        </>
      ) : (
        !isRunning && <p className="lab-empty">{text.empty}</p>
      )}
    </>
  );
}

function LighterTable({ models }: Pick<LighterResult, 'models'>) {
  const plot = lighterPlot(models);
  return (
    <>
      {plot && <PlotSection plot={plot} finding={lighterFinding(models)} />}
      <FiguresTable
        caption={text.table}
        columns={text.columns}
        rows={models.map(({ name, layerCount, hiddenSize, weights, bytes, frameMicroseconds, accuracy }) => ({
          key: name,
          cells: [
            name,
            `${layerCount} × ${hiddenSize}`,
            weights,
            text.kilobytes(Math.ceil(bytes / 1000).toLocaleString('en')),
            `${frameMicroseconds.toFixed(1)} µs`,
            accuracy === null ? '–' : formatShare(accuracy),
          ],
        }))}
      />
    </>
  );
}

/** Ways of one kind are one series, as there are fewer marks than ways; the table tells its points apart. */
function kindOf(name: string): string {
  return text.kinds.find(({ names }) => names.test(name))?.kind ?? name;
}

/** Size against accuracy, a point for each model; undefined where none was measured. */
export function lighterPlot(models: LighterResult['models']): LabPlot | undefined {
  const kinds = new Map<string, { x: number; y: number }[]>();
  for (const { name, bytes, accuracy } of models) {
    if (accuracy === null) continue;
    const points = kinds.get(kindOf(name)) ?? [];
    points.push({ x: bytes / 1000, y: 100 * accuracy });
    kinds.set(kindOf(name), points);
  }
  if (kinds.size === 0) return undefined;
  // Drawn last, the model as it was is not hidden by one that came out like it.
  const [before, ...made] = [...kinds];
  const series = [...made, before!].map(([name, points]) => ({ name, mark: 'points' as const, points }));
  const { chart: title, size, right } = text;
  const [sizes, shares] = (['x', 'y'] as const).map((axis) =>
    series.flatMap(({ points }) => points.map((point) => point[axis])),
  );
  return {
    ...{ title, description: text.intro, series },
    x: { label: size, domain: [0, 1.05 * Math.max(...sizes!)] },
    // No point stands on the edge, where half of it would be cut off.
    y: { label: right, domain: [Math.max(0, Math.min(...shares!) - 1), Math.min(101, Math.max(...shares!) + 1)] },
  };
}

/** What the smallest model costs; undefined where the first, which is the model as it was, was not measured. */
export function lighterFinding(models: LighterResult['models']): string | undefined {
  const [before] = models;
  const smallest = [...models].sort((a, b) => a.bytes - b.bytes)[0];
  if (!before || !smallest || before.accuracy === null || smallest.accuracy === null) return undefined;
  const change = 100 * (smallest.accuracy - before.accuracy);
  const points = text.points(`${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(1)}`);
  return text.finding(smallest.name, formatShare(smallest.bytes / before.bytes), points);
}
