import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { strings } from '../strings.ts';
import './keys-dialog.css';

interface KeysDialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** Every key and what it does. */
export function KeysDialog({ isOpen, onOpenChange }: KeysDialogProps) {
  return (
    <ModalOverlay className="keys-overlay" isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal>
        <Dialog className="keys-dialog">
          <Heading slot="title" className="keys-title">
            {strings.keys.title}
          </Heading>
          <dl className="keys-list">
            {strings.keys.list.map(([key, meaning]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <Button slot="close" className="button">
            {strings.keys.close}
          </Button>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
