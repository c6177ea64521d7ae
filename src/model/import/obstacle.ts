/**
 * What stands in the way of importing a graph, as the rest of a sentence: “Conv is none of the operators …”. It becomes a
 * HeedError once the file's name is known.
 */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
  /** `foreign`: sound ONNX that Heed has no place for; `damaged`: a file that contradicts itself. */
  readonly kind: 'foreign' | 'damaged';

  constructor(kind: 'foreign' | 'damaged', what: string) {
    super(what);
    this.kind = kind;
  }
}

/** For a sound graph that is not a recurrent classifier as Heed knows it. */
export function foreign(what: string): Obstacle {
  return new Obstacle('foreign', what);
}

/** For a graph that contradicts itself. */
export function damaged(what: string): Obstacle {
  return new Obstacle('damaged', what);
}
