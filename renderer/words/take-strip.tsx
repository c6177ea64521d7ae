import { GridLayout, ListBox, ListBoxItem, Size, Virtualizer } from 'react-aria-components';
import type { Take } from '../../src/engine/contract/words-schemas.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { strings } from '../strings.ts';
import { Spectrogram } from './spectrogram.tsx';
import './take-strip.css';

const ITEM = new Size(96, 72);
/** Wide enough for the columns to share out all the room there is: what is left over would push them to the middle. */
const WIDEST = new Size(128, 72);
const GAP = new Size(8, 8);

interface TakeStripProps {
  readonly takes: readonly Take[];
  readonly chosenId: string | undefined;
  readonly label: string;
  readonly onChoose: (id: string) => void;
  readonly onPlay: (take: Take) => void;
}

/** All takes of a word, in the order of recording. Only those in sight are drawn, however many there are. */
export function TakeStrip({ takes, chosenId, label, onChoose, onPlay }: TakeStripProps) {
  const text = strings.words.take;
  const items = takes.map((take, index) => ({ ...take, position: index + 1 }));
  return (
    <Virtualizer
      layout={GridLayout}
      layoutOptions={{ minItemSize: ITEM, maxItemSize: WIDEST, minSpace: GAP, maxHorizontalSpace: GAP.width }}
    >
      <ListBox
        className="strip"
        layout="grid"
        aria-label={label}
        items={items}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={chosenId === undefined ? [] : [chosenId]}
        onSelectionChange={(keys) => {
          if (keys === 'all') return;
          const [id] = keys;
          if (id !== undefined) onChoose(String(id));
        }}
        onAction={(id) => {
          const take = takes.find((each) => each.id === id);
          if (take) onPlay(take);
        }}
      >
        {(take) => {
          const name = text.name(take.position, text.seconds(take.durationMs));
          const flaws = take.badges.map(text.badge).join(', ');
          const said = [name, flaws, take.leftOut ? text.leftOut : ''].filter((part) => part !== '').join(', ');
          return (
            <ListBoxItem
              id={take.id}
              className="strip-take"
              textValue={said}
              aria-label={said}
              data-left-out={take.leftOut || undefined}
            >
              <Spectrogram id={take.id} className="strip-picture" />
              <span className="strip-foot">
                {take.position}
                {take.badges.length > 0 && <WarningIcon />}
                {take.leftOut && <span className="strip-left-out">{text.leftOut}</span>}
              </span>
            </ListBoxItem>
          );
        }}
      </ListBox>
    </Virtualizer>
  );
}
