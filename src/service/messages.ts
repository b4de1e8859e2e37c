// Messages to other systems: they are made from the ledger and go through the outbox to the configured targets.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import type { Instant } from '../domain/time.ts';
import { ordersForMoney } from '../engine/hints.ts';
import type { PeopleStore } from '../http/access/people-store.ts';
import type { ApiTables } from '../http/api/tables.ts';
import { compileRules } from '../matching/rules.ts';
import type { OutgoingClient } from '../outbound/client/client.ts';
import { OrderMessages } from '../outbound/outbox/order-messages.ts';
import { Outbox } from '../outbound/outbox/outbox.ts';
import { parseSigningSecrets, type Target } from '../outbound/outbox/target.ts';
import { targetLabel } from '../outbound/outbox/target-label.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/meter.ts';
import type { LoadedConfig } from './config/config-file.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';
import { type NoticeParts, Notices } from './notices/notices.ts';
import { reportBooks } from './notices/report-books.ts';

export interface MessageParts {
  readonly ledger: LiveLedger;
  readonly database: DatabaseSync;
  readonly client: OutgoingClient;
  readonly clock: Clock;
  readonly deadlineTime: () => Instant;
  readonly meter: Meter;
  readonly logger: Logger;
  /** The current configuration: secrets change while the service runs. */
  readonly loaded: () => LoadedConfig;
  readonly people: PeopleStore;
  readonly alerts: NoticeParts['alerts'];
  readonly isReady: NoticeParts['isReady'];
  readonly tables: Pick<ApiTables, 'refundProposals'>;
}

export interface Messages {
  readonly outbox: Outbox;
  /** To people; not started. */
  readonly notices: Notices;
  stop(): Promise<void>;
}

export function startMessages(parts: MessageParts): Messages {
  const { ledger, database, client, clock, deadlineTime, meter, logger } = parts;
  const targets = targetsOf(parts.loaded);
  const outbox = new Outbox({ database, targets, post: (call) => client.call(call), clock, meter, logger });
  const orders = new OrderMessages({
    changesAfter: (cursor, limit) => ledger.reconciler.executors.ask({ query: 'orderChanges', cursor, limit }),
    database,
    outbox,
    orderNumber: (reference) => orderNumber(ledger, reference),
    waitingMoney: {
      grace: () => compileRules(ledger.loop.rules).grace.hint,
      ordersAmong: (references) => ordersForMoney(ledger.reconciler.executors.ask, references),
    },
    nextBlock: (signal) => ledger.reader.nextBlock(signal),
    clock,
    deadlineTime,
    logger,
  });
  const notices = new Notices({
    ...parts,
    refunds: parts.tables.refundProposals,
    outbox,
    reportOf: reportBooks(ledger.reconciler.dir),
  });
  outbox.start();
  orders.start();
  return {
    outbox,
    notices,
    stop: async () => {
      await notices.stop();
      await orders.stop();
      await outbox.stop();
    },
  };
}

/** A target is known by its URL, so that its waiting messages are found after a change of configuration. */
export function targetsOf(loaded: () => LoadedConfig): Target[] {
  const placeOf = (url: string) => loaded().config.notify.find((target) => target.url === url)?.secret;
  return loaded().config.notify.map(({ url, types, merchants }) => ({
    // What is stored does not let anybody in.
    name: targetLabel(url),
    url,
    types,
    merchants,
    isNamed: () => placeOf(url) !== undefined,
    secrets: () => {
      const place = placeOf(url);
      return place === undefined ? [] : parseSigningSecrets(loaded().secret(place), `notify ${targetLabel(url)}`);
    },
  }));
}

async function orderNumber(ledger: LiveLedger, reference: string): Promise<string | null> {
  const claims = await ledger.reader.orderClaims(reference);
  for (const { body } of claims)
    if (body.type === 'OrderPlaced' && body.order_number !== null) return body.order_number;
  return null;
}
