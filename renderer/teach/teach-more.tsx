import type { ReactNode } from 'react';
import {
  Button,
  Disclosure,
  DisclosurePanel,
  Input,
  Label,
  NumberField,
  Radio,
  RadioGroup,
  Text,
} from 'react-aria-components';
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
        <Choice
          label={text.method}
          hint={text.methodHint}
          options={text.methods}
          value={settings.method}
          onChange={(method) => change({ method })}
        />
        {settings.method === 'adapt' && (
          <Choice
            label={text.depth}
            hint={text.depthHint}
            options={text.depths}
            value={settings.depth}
            onChange={(depth) => change({ depth })}
          />
        )}
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

interface ChoiceProps<Key extends string> {
  readonly label: string;
  readonly hint: string;
  readonly options: Readonly<Record<Key, string>>;
  readonly value: Key;
  readonly onChange: (value: Key) => void;
}

function Choice<Key extends string>({ label, hint, options, value, onChange }: ChoiceProps<Key>): ReactNode {
  return (
    <RadioGroup className="setting" orientation="horizontal" value={value} onChange={(key) => onChange(key as Key)}>
      <Label>{label}</Label>
      <div className="setting-options">
        {(Object.keys(options) as Key[]).map((key) => (
          <Radio key={key} value={key} className="theme">
            {options[key]}
          </Radio>
        ))}
      </div>
      <Text slot="description">{hint}</Text>
    </RadioGroup>
  );
}
