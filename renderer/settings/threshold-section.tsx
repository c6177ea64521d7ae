import { Label, Radio, RadioGroup, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import { useState } from 'react';
import { formatPercent } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';

/** Where the slider stands when it is first wanted; what most models say. */
const USUAL_THRESHOLD = 0.8;

/** The threshold of words that have none of their own. */
export function ThresholdSection() {
  const studio = useStudio();
  const { defaultThreshold } = useStore(studio.settings);
  // The value while it is being dragged; it is kept when it is let go.
  const [dragged, setDragged] = useState<number>();
  const text = strings.settings;
  return (
    <section>
      <h2>{text.threshold}</h2>
      <p>{text.thresholdHint}</p>
      <RadioGroup
        className="themes"
        aria-label={text.threshold}
        orientation="horizontal"
        value={defaultThreshold === null ? 'model' : 'all'}
        onChange={(value) => studio.changeSettings({ defaultThreshold: value === 'model' ? null : USUAL_THRESHOLD })}
      >
        <Radio value="model" className="theme">
          {text.thresholdOfModel}
        </Radio>
        <Radio value="all" className="theme">
          {text.thresholdForAll}
        </Radio>
      </RadioGroup>
      {defaultThreshold !== null && (
        <Slider
          className="settings-slider"
          minValue={0.05}
          maxValue={0.99}
          step={0.01}
          value={dragged ?? defaultThreshold}
          onChange={setDragged}
          onChangeEnd={(value) => {
            setDragged(undefined);
            studio.changeSettings({ defaultThreshold: value });
          }}
        >
          <Label className="visually-hidden">{text.thresholdValue}</Label>
          <SliderTrack className="settings-slider-track">
            <SliderThumb className="settings-slider-thumb" />
          </SliderTrack>
          <SliderOutput>{({ state }) => formatPercent(state.values[0] ?? 0)}</SliderOutput>
        </Slider>
      )}
    </section>
  );
}
