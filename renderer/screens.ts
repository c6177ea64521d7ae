/** The screens in the order of the rail, which is that in which a newcomer needs them; the keys 1…7 open them. */
export const SCREENS = ['listen', 'words', 'teach', 'understand', 'models', 'lab', 'settings'] as const;

export type Screen = (typeof SCREENS)[number];

/** What the frame gives to every screen. */
export interface ScreenProps {
  readonly onScreen: (screen: Screen) => void;
}
