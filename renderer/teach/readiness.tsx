import { formatPercent } from '../format.ts';
import { strings } from '../strings.ts';
import './readiness.css';

interface ReadinessProps {
  readonly word: string;
  /** 0…1 of the held-out takes are right; undefined before anything was measured. */
  readonly share: number | undefined;
  /** What stands beside the word. */
  readonly detail: string;
}

const RADIUS = 6;
const TURN = Math.PI * RADIUS;

/** A word with a dot that turns from hollow to full as it is learned. */
export function Readiness({ word, share, detail }: ReadinessProps) {
  const spoken =
    share === undefined ? strings.teach.noHeldOut(word) : strings.teach.heldOutShare(word, formatPercent(share));
  return (
    <li className="readiness">
      <svg width="16" height="16" viewBox="-8 -8 16 16" role="img" aria-label={spoken}>
        <circle className="readiness-ring" r={RADIUS} />
        {/* A circle of half the radius whose line is as wide as the radius: a dash of it is a slice of the disc. */}
        <circle
          className="readiness-disc"
          r={RADIUS / 2}
          strokeWidth={RADIUS}
          strokeDasharray={`${TURN * (share ?? 0)} ${TURN}`}
          transform="rotate(-90)"
        />
      </svg>
      <span className="readiness-word">{word}</span>
      <span className="readiness-detail">{detail}</span>
    </li>
  );
}
