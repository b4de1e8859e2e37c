// At each start the archive is held against the log: what was acknowledged and is missing is taken in again, and told.
// On Kafka the cluster keeps the facts, and nothing is compared.

import type { Logger } from 'pino';
import { compareArchive } from '../archive/exchanges/kept-facts.ts';
import { formatInstant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';

interface FactRestoreParts {
  readonly data: string;
  readonly ledger: LiveLedger;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Returns how many facts were missing. They go the way of new ones, with the ids and bytes that they had; one that is
 * in the log after all counts there as told again.
 */
export async function restoreFacts({ data, ledger, clock, logger }: FactRestoreParts): Promise<number> {
  const onDamage = (where: string) => logger.error({ where }, 'a part of the raw archive cannot be read');
  const { log } = ledger.reconciler;
  const take = (facts: Parameters<typeof ledger.writer.append>[0]) => ledger.writer.append(facts);
  const { since, exchanges, missing } = await compareArchive(data, log, clock.now(), take, onDamage);
  if (since === null) return 0;
  const about = { since: formatInstant(since), exchanges, missing };
  if (missing === 0) logger.info(about, 'the log has the facts of the archived exchanges');
  else logger.error(about, 'the log had lost acknowledged facts: they were taken in again from the archive');
  return missing;
}
