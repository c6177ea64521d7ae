import type { UnderstandMatrix } from '../../src/engine/contract/understand-schemas.ts';
import { SILENCE, UNKNOWN } from '../strings.ts';

/** One cell: how many takes, and which share of its row. */
export interface MatrixCell {
  readonly answer: string;
  readonly count: number;
  readonly share: number;
  readonly isRight: boolean;
}

export interface MatrixLayout {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly word: string; readonly total: number; readonly cells: readonly MatrixCell[] }[];
  readonly right: number;
  readonly total: number;
}

/**
 * The part of the matrix that is worth looking at: rows of words that were recorded; columns of those that the model
 * knows, and of whatever else a take was heard as. What is no word stands last.
 */
export function layOutMatrix({
  labels,
  matrix,
  curves,
}: Pick<UnderstandMatrix, 'labels' | 'matrix' | 'curves'>): MatrixLayout {
  const isWord = (label: string): boolean => label !== SILENCE && label !== UNKNOWN;
  const order = [
    ...labels.filter(isWord).sort((a, b) => a.localeCompare(b)),
    ...labels.filter((each) => !isWord(each)),
  ];
  const countOf = (word: string, answer: string): number => matrix[labels.indexOf(word)]![labels.indexOf(answer)]!;
  const totalOf = (word: string): number => matrix[labels.indexOf(word)]!.reduce((sum, count) => sum + count, 0);
  const recorded = order.filter((word) => totalOf(word) > 0);
  const columns = order.filter(
    (answer) =>
      (recorded.includes(answer) && curves.some(({ label }) => label === answer)) ||
      labels.some((word) => countOf(word, answer) > 0),
  );
  const rows = recorded.map((word) => {
    const total = totalOf(word);
    const cells = columns.map((answer) => {
      const count = countOf(word, answer);
      return { answer, count, share: count / total, isRight: answer === word };
    });
    return { word, total, cells };
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    columns,
    rows,
    right: sum(recorded.map((word) => countOf(word, word))),
    total: sum(rows.map(({ total }) => total)),
  };
}
