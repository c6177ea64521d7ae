/** Words, with what is behind an apostrophe, and the marks that carry mood; in lower case. */
const TOKEN = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?|[!?]/gu;

/** The token that stands for every word that the vocabulary lacks. */
export const UNKNOWN_TOKEN = 0;

/** A text as words. */
export function wordsOf(text: string): string[] {
  return [...text.normalize('NFKC').toLowerCase().matchAll(TOKEN)].map(([word]) => word.replace('’', "'"));
}

/** The words that a network knows, each with a number of its own; 0 stands for all others. */
export class Vocabulary {
  readonly #tokens: ReadonlyMap<string, number>;

  /** @param leastCount words that occur less often in the texts are not learned */
  constructor(texts: readonly string[], leastCount: number) {
    const counts = new Map<string, number>();
    for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const known = [...counts].filter(([, count]) => count >= leastCount).map(([word]) => word);
    this.#tokens = new Map(known.sort().map((word, index) => [word, index + 1]));
  }

  /** Words, and the one token for all others. */
  get size(): number {
    return this.#tokens.size + 1;
  }

  has(word: string): boolean {
    return this.#tokens.has(word);
  }

  /** A text as tokens; one without any word is a single unknown token. */
  tokens(text: string): Int32Array {
    const tokens = wordsOf(text).map((word) => this.#tokens.get(word) ?? UNKNOWN_TOKEN);
    return Int32Array.from(tokens.length > 0 ? tokens : [UNKNOWN_TOKEN]);
  }
}
