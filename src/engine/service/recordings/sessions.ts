import { randomUUID } from 'node:crypto';
import { HeedError } from '../../../errors.ts';

/** A window that vanished ends nothing: beyond this many sessions the oldest is ended. */
const SESSIONS_KEPT = 4;

/** What is open between calls, by an id that cannot be guessed. */
export class Sessions<Session> {
  readonly #open = new Map<string, Session>();
  readonly #end: (session: Session) => unknown;

  /** @param end  gives back what a session holds */
  constructor(end: (session: Session) => unknown) {
    this.#end = end;
  }

  add(session: Session): string {
    const id = randomUUID();
    this.#open.set(id, session);
    if (this.#open.size > SESSIONS_KEPT) void this.end(this.#open.keys().next().value!);
    return id;
  }

  /** @throws {HeedError} usage where it is over */
  get(id: string): Session {
    const session = this.#open.get(id);
    if (!session) throw new HeedError('usage', 'This is over already; begin again. Nothing of yours was changed.');
    return session;
  }

  /** Ends a session; one that is over is left so. */
  async end(id: string): Promise<void> {
    const session = this.#open.get(id);
    this.#open.delete(id);
    if (session !== undefined) await this.#end(session);
  }

  async endAll(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.end(id);
  }
}
