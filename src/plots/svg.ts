/** Attributes of an element; what is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element as text. @param children  text that is SVG already; see {@link escapeText} for any other */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeText(value!)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** Text as it may stand in an element or in an attribute; characters that XML cannot hold become U+FFFD. */
export function escapeText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are the ones that XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\p{Cs}\ufffe\uffff]/gu, '\ufffd')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
  );
}

/** A coordinate to a hundredth of a pixel, so that the same picture is the same text everywhere. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
