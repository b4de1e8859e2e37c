// The raw archive is pruned once a day, but for the exchanges that something open still refers to.

import type { Logger } from 'pino';
import type { Claim } from '../../domain/fact.ts';
import { isBreak } from '../../domain/reasons.ts';
import type { Books } from '../../http/books.ts';
import type { Clock } from '../../log/clock.ts';
import type { ExchangeArchive } from '../../producers/exchanges/archive.ts';
import type { UnreadWebhooks } from '../../producers/webhooks/unread.ts';
import { runDaily } from './daily.ts';

export interface PruningParts {
  readonly books: Pick<Books, 'overview' | 'findKey'>;
  readonly exchanges: Pick<ExchangeArchive, 'prune'>;
  readonly unread: UnreadWebhooks;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Prunes at the start and after every day that ends, in UTC as the archive has its days, until the signal aborts. */
export function runPruning(parts: PruningParts, signal: AbortSignal): Promise<void> {
  const { exchanges, clock, logger } = parts;
  let done = '';
  const work = {
    zone: 'UTC',
    delayMillis: 0,
    isDone: (day: string) => day === done,
    run: async (day: string) => {
      try {
        const needed = await neededNames(parts);
        const isNeeded = (names: readonly string[], id: string) => needed.has(id) || names.some((it) => needed.has(it));
        const report = await exchanges.prune(clock.now(), isNeeded);
        done = day;
        if (report.exchanges_removed > 0) logger.info(report, 'the raw archive was pruned');
      } catch (error) {
        logger.error({ err: error }, 'the raw archive could not be pruned');
      }
    },
  };
  return runDaily(clock, work, signal);
}

/** The references and ids of every key with an open break, and the exchanges of webhooks that nobody understood. */
async function neededNames({ books, unread }: PruningParts): Promise<ReadonlySet<string>> {
  const needed = new Set(unread.list().map(({ exchange }) => exchange));
  const { findings } = await books.overview();
  const keys = new Set(findings.flatMap(({ key, finding }) => (isBreak(finding.reason) ? [key] : [])));
  for (const key of keys) {
    needed.add(key);
    for (const claim of (await books.findKey(key))?.claims ?? []) for (const id of idsOf(claim)) needed.add(id);
  }
  return needed;
}

function idsOf({ body }: Claim): string[] {
  if (body.type === 'FactMoved' || body.type === 'OrderPlaced') return [];
  const { provider_transaction_id, operator_transaction_id, request_id, original_transaction_id } = body;
  const ids = [provider_transaction_id, operator_transaction_id, request_id, original_transaction_id];
  return ids.filter((id) => id !== null);
}
