import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Detection } from '../../src/engine/contract/schemas.ts';
import { displayLabel } from '../format.ts';
import { ChevronIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { SILENCE, strings, UNKNOWN } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';

/** "Wrong? It was…" and "Nothing": keeps what was heard as a take of what it truly was. */
export function Correction({ heard }: { heard: Detection }) {
  const studio = useStudio();
  const vocabulary = useStore(studio.vocabulary);
  const listing = useStore(studio.words.listing);
  const known = (vocabulary?.labels ?? []).filter((label) => label !== SILENCE && label !== UNKNOWN);
  const own = (listing?.words ?? []).filter(({ kind }) => kind === 'word').map(({ label }) => label);
  const others = [...new Set([...known, ...own])].filter((label) => label !== heard.label);
  const text = strings.listen.correction;
  return (
    <div className="correction">
      {others.length > 0 && (
        <MenuTrigger>
          <Button className="button">
            {text.itWas}
            <ChevronIcon />
          </Button>
          <Popover className="menu-popover">
            <Menu
              className="menu"
              items={others.map((id) => ({ id }))}
              onAction={(label) => void studio.correct(heard, String(label))}
            >
              {({ id }) => <MenuItem className="menu-item">{displayLabel(id)}</MenuItem>}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      <Button className="button" onPress={() => void studio.correct(heard, UNKNOWN)}>
        {text.nothing}
      </Button>
    </div>
  );
}
