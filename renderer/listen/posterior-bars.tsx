import { useRef } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import { displayLabel, formatPercent } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { barOrder } from './bar-order.ts';
import { useLiveDrawing } from './use-live-drawing.ts';
import './posterior-bars.css';

/** One bar per label: how sure the network is now, and the tick that the word must pass to be heard. */
export function PosteriorBars() {
  const studio = useStudio();
  const vocabulary = useStore(studio.vocabulary);
  const fills = useRef(new Map<number, HTMLElement>());
  const drawn = useRef<{ posteriors?: readonly number[]; thresholds?: readonly number[] | undefined }>({});

  useLiveDrawing(studio.live, () => {
    const { posteriors } = studio.live.current;
    const thresholds = studio.vocabulary.get()?.thresholds;
    if (drawn.current.posteriors === posteriors && drawn.current.thresholds === thresholds) return;
    drawn.current = { posteriors, thresholds };
    for (const [index, fill] of fills.current) {
      const posterior = posteriors[index] ?? 0;
      fill.style.transform = `scaleX(${posterior.toFixed(3)})`;
      fill.toggleAttribute('data-over', posterior >= (thresholds?.[index] ?? Number.POSITIVE_INFINITY));
    }
  });

  if (!vocabulary) return null;
  return (
    <ul className="bars" aria-label={strings.listen.bars}>
      {barOrder(vocabulary.labels).map(({ label, index, isWord }) => (
        <li key={label} className="bar" data-word={isWord || undefined}>
          <span className="bar-label">{displayLabel(label)}</span>
          <span className="bar-track">
            <span
              className="bar-fill"
              ref={(element) => {
                if (element) fills.current.set(index, element);
                return () => void fills.current.delete(index);
              }}
            />
          </span>
          {isWord && <Threshold label={label} threshold={vocabulary.thresholds[index] ?? 1} />}
        </li>
      ))}
    </ul>
  );
}

function Threshold({ label, threshold }: { label: string; threshold: number }) {
  const studio = useStudio();
  if (threshold > 1) return null;
  return (
    <Slider
      className="threshold"
      aria-label={strings.listen.threshold(displayLabel(label))}
      minValue={0}
      maxValue={1}
      step={0.01}
      formatOptions={{ style: 'percent' }}
      value={threshold}
      onChange={(value) => studio.setThreshold(label, value, false)}
      onChangeEnd={(value) => studio.setThreshold(label, value, true)}
    >
      <SliderTrack className="threshold-track">
        <SliderThumb className="threshold-thumb" data-low={threshold < 0.3 || undefined}>
          <span className="threshold-value">{formatPercent(threshold)}</span>
        </SliderThumb>
      </SliderTrack>
    </Slider>
  );
}
