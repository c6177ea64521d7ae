import { HeedError } from '../../../errors.ts';

/** A short text and whether it is favourable (1) or not (0). */
export interface LabelledText {
  readonly text: string;
  readonly label: 0 | 1;
}

/**
 * Reads texts with labels: a line for each, the text, a tab, and 1 or 0. Empty lines are passed over.
 * @param name of the file, for messages
 * @throws {HeedError} dataset where it is not UTF-8, or a line is not of that form
 */
export function readLabelledTexts(bytes: Uint8Array, name: string): LabelledText[] {
  const refuse = (problem: string): never => {
    throw new HeedError('dataset', `${name} cannot be learned from: ${problem}. Nothing was changed.`);
  };
  let content = '';
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse(`it is not text in UTF-8; ${whereNotUtf8(bytes)}`);
  }
  const texts = content.split(/\r\n|\n|\r/).flatMap((line, index): LabelledText[] => {
    if (line.trim() === '') return [];
    const tab = line.lastIndexOf('\t');
    const label = line.slice(tab + 1).trim();
    if (tab < 0 || (label !== '0' && label !== '1'))
      refuse(`line ${index + 1} does not end with a tab and 1 (favourable) or 0 (not)`);
    const text = line.slice(0, tab).trim();
    if (text === '') refuse(`line ${index + 1} has a label but no text`);
    return [{ text, label: label === '1' ? 1 : 0 }];
  });
  if (texts.length === 0) refuse('it holds no line');
  return texts;
}

/** Names the line of the first byte that UTF-8 does not allow. */
function whereNotUtf8(bytes: Uint8Array): string {
  let line = 1;
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0x0a) continue;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, at));
    } catch {
      break;
    }
    start = at + 1;
    line++;
  }
  return `line ${line} holds bytes of another encoding; save it as UTF-8`;
}
