import type { Experiment, Laboratory } from '../../../lab/tasks/experiment.ts';
import type { Plot } from '../../../plots/plot.ts';
import type { CallOutput } from '../../contract/calls.ts';
import type { labCalls } from '../../contract/lab-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import type { LongWork } from '../work.ts';

type Answer = CallOutput<'lab.sentiment'>;

/** The handlers of the worked examples, one at a time, as trainings are. Their code is loaded when it is first asked for. */
export function createLabHandlers(work: LongWork, events: EventHub): Pick<Handlers, keyof typeof labCalls> {
  const run = <Result>(experiment: (lab: Laboratory) => Promise<Result>): Promise<Result> =>
    work.runTraining(undefined, (signal, compute) =>
      experiment({ compute, signal, onProgress: (progress) => events.emit('progress', progress) }),
    );
  const measure = (
    plotFile: string | undefined,
    experiment: (lab: Laboratory) => Promise<Experiment>,
  ): Promise<Answer> =>
    run(async (lab) => {
      const { savePlot } = await import('../../../lab/tasks/experiment.ts');
      const result = await experiment(lab);
      await savePlot(result.plot, plotFile);
      return answerOf(result);
    });
  return {
    'lab.sentiment': ({ plotFile, ...settings }) =>
      measure(plotFile, async (lab) => {
        const { measureSentiment } = await import('../../../lab/tasks/text/sentiment.ts');
        return measureSentiment(settings, lab);
      }),
    'lab.weather': ({ plotFile, file, seed }) =>
      measure(plotFile, async (lab) => {
        const { exampleSeries } = await import('../../../lab/tasks/series/example-series.ts');
        const { forecastWeather } = await import('../../../lab/tasks/series/weather.ts');
        return forecastWeather({ file: file ?? exampleSeries('weather'), seed }, lab);
      }),
    'lab.prices': ({ plotFile, file, seed }) =>
      measure(plotFile, async (lab) => {
        const { exampleSeries } = await import('../../../lab/tasks/series/example-series.ts');
        const { forecastPrices } = await import('../../../lab/tasks/series/prices.ts');
        return forecastPrices({ file: file ?? exampleSeries('prices'), seed }, lab);
      }),
    'lab.memory': ({ plotFile, task, ...settings }) =>
      measure(plotFile, async (lab) => {
        const { addingTask, copyTask } = await import('../../../lab/tasks/memory/memory-tasks.ts');
        const { measureMemory } = await import('../../../lab/tasks/memory/measure-memory.ts');
        return measureMemory(task === 'adding' ? addingTask : copyTask, settings, lab);
      }),
    'lab.scoreText': ({ plotFile, ...settings }) =>
      run(async (lab) => {
        const { plotWords, scoreText } = await import('../../../lab/tasks/text/sentiment.ts');
        const { savePlot } = await import('../../../lab/tasks/experiment.ts');
        const words = await scoreText(settings, lab);
        const plot = plotWords(words);
        await savePlot(plot, plotFile);
        return { words, plot: plotAnswer(plot) };
      }),
  };
}

/** The same without what the contract's types want to be able to change. */
function answerOf({ title, columns, rows, findings, plot }: Experiment): Answer {
  return {
    title,
    columns: columns.map((column) => ({ ...column })),
    rows: rows.map((row) => ({ ...row, figures: { ...row.figures } })),
    findings: [...findings],
    plot: plotAnswer(plot),
  };
}

function plotAnswer({ x, y, series, ...rest }: Plot): Answer['plot'] {
  const axis = ({ domain, ticks, ...given }: Plot['x']): Answer['plot']['x'] => ({
    ...given,
    ...(domain && { domain: [...domain] }),
    ...(ticks && { ticks: [...ticks] }),
  });
  return { ...rest, x: axis(x), y: axis(y), series: series.map((one) => ({ ...one, points: [...one.points] })) };
}
