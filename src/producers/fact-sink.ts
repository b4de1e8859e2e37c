// The port through which live producers append facts.

import type { Fact } from '../domain/fact.ts';

export interface FactSink {
  /**
   * Resolves when the facts are on disk. Concurrent calls share one commit. Throws as `EventLog.append` does.
   */
  append(facts: readonly Fact[]): Promise<void>;
}
