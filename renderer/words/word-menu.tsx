import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { wordName } from './word-name.ts';

interface WordMenuProps {
  /** What stands on the button. */
  readonly name: string;
  readonly words: readonly WordSummary[];
  readonly onChoose: (label: string) => void;
}

/** A button that opens a list of words to choose one from. */
export function WordMenu({ name, words, onChoose }: WordMenuProps) {
  return (
    <MenuTrigger>
      <Button className="button">{name}</Button>
      <Popover className="menu-popover">
        <Menu className="menu" items={words} onAction={(label) => onChoose(String(label))}>
          {({ label }) => (
            <MenuItem id={label} className="menu-item">
              {wordName(label)}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
