import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import type { Notice } from '../studio/notices.ts';
import { useStudio } from '../studio/studio-context.ts';
import { CloseIcon } from './icons.tsx';
import './notice-region.css';

const SHOWN_FOR_MS = 12_000;

/** Messages that float over the lower right corner, so that nothing moves for them. */
export function NoticeRegion() {
  const { notices } = useStudio();
  const list = useStore(notices.list);
  return (
    <section className="notices" role="status" aria-label={strings.notices.region}>
      {list.map((notice) => (
        <NoticeCard key={notice.key} notice={notice} onDismiss={() => notices.dismiss(notice.key)} />
      ))}
    </section>
  );
}

function NoticeCard({ notice, onDismiss }: { notice: Notice; onDismiss: () => void }) {
  const { notices } = useStudio();
  useEffect(() => {
    const timer = setTimeout(() => notices.dismiss(notice.key), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [notices, notice.key, notice.serial]);
  return (
    <div className="notice">
      <p>{notice.text}</p>
      <Button className="notice-close" aria-label={strings.notices.dismiss} onPress={onDismiss}>
        <CloseIcon />
      </Button>
    </div>
  );
}
