import { Button, Disclosure, DisclosurePanel, Input, Label, NumberField, Text } from 'react-aria-components';
import type { TeachSettings } from '../../src/engine/contract/teach-schemas.ts';
import { ChevronIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import './teach-more.css';

const text = strings.teach.more;

/** The settings that matter, each with what it does. */
export function TeachMore() {
  const { teach } = useStudio();
  const settings = useStore(teach.settings);
  const change = (wanted: Partial<TeachSettings>): void => teach.changeSettings(wanted);
  return (
    <Disclosure className="disclosure">
      <Button slot="trigger" className="disclosure-button">
        <ChevronIcon />
        {text.title}
      </Button>
      <DisclosurePanel className="more">
        <NumberSetting
          label={text.heldOutShare}
          hint={text.heldOutShareHint}
          value={settings.heldOutShare}
          range={[0.1, 0.5]}
          step={0.05}
          format={{ style: 'percent' }}
          onChange={(heldOutShare) => change({ heldOutShare: heldOutShare ?? 0.2 })}
        />
        <NumberSetting
          label={text.passes}
          hint={text.passesHint}
          value={settings.passes}
          range={[1, 1000]}
          step={1}
          onChange={(passes) => change({ passes })}
        />
        <NumberSetting
          label={text.rate}
          hint={text.rateHint}
          value={settings.rate}
          range={[0.00001, 0.1]}
          format={{ maximumSignificantDigits: 3 }}
          onChange={(rate) => change({ rate })}
        />
        {settings.method === 'scratch' && (
          <>
            <NumberSetting
              label={text.hidden}
              hint={text.hiddenHint}
              value={settings.hidden}
              range={[8, 512]}
              step={8}
              onChange={(hidden) => change({ hidden: hidden ?? 64 })}
            />
            <NumberSetting
              label={text.layers}
              hint={text.layersHint}
              value={settings.layers}
              range={[1, 4]}
              step={1}
              onChange={(layers) => change({ layers: layers ?? 1 })}
            />
          </>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}

interface NumberSettingProps {
  readonly label: string;
  readonly hint: string;
  /** null: as suits. */
  readonly value: number | null;
  readonly range: readonly [number, number];
  readonly step?: number;
  readonly format?: Intl.NumberFormatOptions;
  readonly onChange: (value: number | null) => void;
}

function NumberSetting({ label, hint, value, range, step, format, onChange }: NumberSettingProps) {
  return (
    <NumberField
      className="setting"
      value={value ?? NaN}
      minValue={range[0]}
      maxValue={range[1]}
      {...(step === undefined ? {} : { step })}
      {...(format ? { formatOptions: format } : {})}
      onChange={(entered) => onChange(Number.isNaN(entered) ? null : entered)}
    >
      <Label>{label}</Label>
      <Input className="setting-input" placeholder={text.automatic} />
      <Text slot="description">{hint}</Text>
    </NumberField>
  );
}
