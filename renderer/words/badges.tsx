import type { TakeBadge } from '../../src/engine/contract/words-schemas.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { strings } from '../strings.ts';
import './badges.css';

/** What may be wrong with a take, each with what to do about it. */
export function Badges({ badges }: { badges: readonly TakeBadge[] }) {
  if (badges.length === 0) return null;
  return (
    <ul className="badges" role="list">
      {badges.map((badge) => (
        <li key={badge.kind} className="badge">
          <WarningIcon />
          <span>
            <strong>{strings.words.take.badge(badge)}.</strong> {strings.words.take.advice(badge)}
          </span>
        </li>
      ))}
    </ul>
  );
}
