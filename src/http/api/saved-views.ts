// Views: the lists that a person comes back to, each a name for a URL of the desk. They are a person's own.

import type { Instant } from '../../domain/time.ts';

export interface SavedView {
  readonly name: string;
  /** From the root of the service on. */
  readonly url: string;
  readonly at: Instant;
}

/** What a method changes is on the disk when it returns. */
export interface SavedViews {
  /** By their names. */
  of(person: string): readonly SavedView[];
  /** One of the same name is replaced. False where the person has as many as there may be. */
  put(person: string, view: SavedView): boolean;
  /** Whether there was one. */
  remove(person: string, name: string): boolean;
}
