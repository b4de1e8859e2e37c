// Decisions that count for nothing, because no service whose key the rules name has signed them: somebody wrote them
// into the log. The ledger passes them by, and who verifies it is told.

import { isDecision } from '../../domain/fact.ts';
import { readFact } from '../../log/fact-codec.ts';
import type { LogReader } from '../../log/log-reader.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { isSigned } from '../../matching/decision-rights.ts';

/** How many there are in a partition. Throws as reading the log does. */
export function countUnheard(reader: LogReader, partition: number, keys: ReadonlySet<string>): number {
  let unheard = 0;
  for (const { payload } of reader.read('decisions.v1', partition, 0n)) {
    forEachFact(payload, 0, (start, end) => {
      const fact = readFact(payload, start, end);
      const isHeard =
        isDecision(fact) &&
        fact.body.about === fact.transaction_reference &&
        keys.has(fact.body.signer) &&
        isSigned(fact);
      if (!isHeard) unheard++;
    });
  }
  return unheard;
}
