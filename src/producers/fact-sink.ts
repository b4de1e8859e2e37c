// Where live producers put their facts.

import type { Fact } from '../domain/fact.ts';

export interface FactSink {
  /**
   * Resolves when the facts are on the disk. Calls made together share one commit. Throws as `EventLog.append` does.
   */
  append(facts: readonly Fact[]): Promise<void>;
}
