// Views: the lists that a person comes back to, each a name for a URL of the desk. They are a person's own.

import type { Instant } from '../../domain/time.ts';

export interface CaseView {
  readonly name: string;
  /** From the root of the service on. */
  readonly url: string;
  readonly at: Instant;
}

/** What a method changes is on the disk when it returns. */
export interface CaseViews {
  /** By their names. */
  of(person: string): readonly CaseView[];
  /** One of the same name is replaced. False where the person has as many as there may be. */
  put(person: string, view: CaseView): boolean;
  /** Whether there was one. */
  remove(person: string, name: string): boolean;
}
