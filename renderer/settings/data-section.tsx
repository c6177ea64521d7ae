import { useEffect, useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';

/** Where the user's files are, and the way to be rid of all of them. */
export function DataSection() {
  const studio = useStudio();
  const [folder, setFolder] = useState('');
  const text = strings.settings;
  useEffect(() => {
    let isGone = false;
    void studio.dataFolder().then((path) => !isGone && setFolder(path), studio.complain);
    return () => void (isGone = true);
  }, [studio]);

  async function copyPath(): Promise<void> {
    await navigator.clipboard.writeText(folder);
    studio.notices.show('settings', text.copied);
  }

  return (
    <>
      <section>
        <h2>{text.files}</h2>
        <p>{text.filesHint}</p>
        <code className="settings-path">{folder}</code>
        <div className="settings-row">
          {studio.openDataFolder ? (
            <Button className="button" onPress={studio.openDataFolder}>
              {text.openFolder}
            </Button>
          ) : (
            <Button className="button" onPress={() => void copyPath().catch(studio.complain)}>
              {text.copyPath}
            </Button>
          )}
        </div>
      </section>
      <section>
        <h2>{text.deleteAll}</h2>
        <p>{text.deleteAllHint}</p>
        <DialogTrigger>
          <Button className="button">{text.deleteAll}</Button>
          <ModalOverlay className="keys-overlay" isDismissable>
            <Modal>
              <Dialog className="keys-dialog delete-dialog" role="alertdialog">
                {({ close }) => (
                  <>
                    <Heading slot="title" className="keys-title">
                      {text.deleteAllQuestion}
                    </Heading>
                    <p>{text.deleteAllWarning}</p>
                    <div className="settings-row">
                      <Button className="button main" autoFocus onPress={close}>
                        {text.keep}
                      </Button>
                      <Button
                        className="button danger"
                        onPress={() => {
                          close();
                          void studio.deleteEverything();
                        }}
                      >
                        {text.deleteAllConfirm}
                      </Button>
                    </div>
                  </>
                )}
              </Dialog>
            </Modal>
          </ModalOverlay>
        </DialogTrigger>
      </section>
    </>
  );
}
