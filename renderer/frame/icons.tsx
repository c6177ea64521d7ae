import type { ReactNode } from 'react';

/** Small line drawings, 16 px; they stand beside words and say nothing by themselves. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const MicrophoneIcon = () => (
  <Icon>
    <rect x="5.75" y="1.75" width="4.5" height="8" rx="2.25" />
    <path d="M3 7.5a5 5 0 0 0 10 0M8 12.5v2" />
  </Icon>
);

export const StopIcon = () => (
  <Icon>
    <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />
  </Icon>
);

export const PlayIcon = () => (
  <Icon>
    <path d="M5 3.5v9l7-4.5z" fill="currentColor" />
  </Icon>
);

export const GearIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.25" />
    <path d="M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <path d="M8 2 1.5 13.5h13zM8 6.5v3M8 11.6v.1" />
  </Icon>
);

export const ChevronIcon = () => (
  <Icon>
    <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
);

export const KeyboardIcon = () => (
  <Icon>
    <rect x="1.5" y="4" width="13" height="8.5" rx="1.5" />
    <path d="M4.5 7h.01M7 7h.01M9.5 7h.01M11.5 7h.01M5 10h6" />
  </Icon>
);

export const WordsIcon = () => (
  <Icon>
    <rect x="1.75" y="2.25" width="5.25" height="5" rx="1" />
    <rect x="9" y="2.25" width="5.25" height="5" rx="1" />
    <rect x="1.75" y="9" width="5.25" height="5" rx="1" />
    <path d="M11.6 9.5v4M9.6 11.5h4" />
  </Icon>
);

export const CapIcon = () => (
  <Icon>
    <path d="M8 3 1.5 6 8 9l6.5-3zM4 7.5v3c1.2 1 2.5 1.5 4 1.5s2.8-.5 4-1.5v-3M14.5 6v4" />
  </Icon>
);

export const MatrixIcon = () => (
  <Icon>
    <rect x="2" y="2" width="12" height="12" rx="1.5" />
    <path d="M6 2v12M10 2v12M2 6h12M2 10h12" />
  </Icon>
);

export const BoxIcon = () => (
  <Icon>
    <path d="M8 1.75 2.25 4.75v6.5L8 14.25l5.75-3v-6.5zM2.25 4.75 8 7.75l5.75-3M8 7.75v6.5" />
  </Icon>
);

export const FlaskIcon = () => (
  <Icon>
    <path d="M5.5 1.75h5M6.5 1.75v4.5l-4 6.5a1 1 0 0 0 .85 1.5h9.3a1 1 0 0 0 .85-1.5l-4-6.5v-4.5M4.4 10h7.2" />
  </Icon>
);
