// The service's HTTP server: webhooks and the API on one address, with TLS if it is configured.

import { createSecureContext } from 'node:tls';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { CASE_FILES } from '../app/reports/case-book.ts';
import { statementBook } from '../app/statements/statement-book.ts';
import { statementCsv } from '../app/statements/statement-csv.ts';
import type { Exchange } from '../archive/exchanges/exchange.ts';
import { HesabuError } from '../domain/errors.ts';
import { tokenOf } from '../http/access/caller.ts';
import { RateLimits } from '../http/access/rate-limits.ts';
import { Admission } from '../http/admission.ts';
import type { ApiContext } from '../http/api/api-context.ts';
import { BatchRunner } from '../http/api/cases/batch-runner.ts';
import { RefundRunner } from '../http/api/cases/refund-runner.ts';
import { knownReferences } from '../http/api/known-order.ts';
import { registerApi } from '../http/api/server/register.ts';
import { Turns } from '../http/api/turns.ts';
import { buildApp } from '../http/app.ts';
import { registerDesk } from '../http/desk/desk-page.ts';
import { listenAt } from '../http/listen.ts';
import type { WebhookParts } from '../http/webhooks/receiver.ts';
import { registerWebhooks } from '../http/webhooks/route.ts';
import type { Cluster } from '../kafka/kafka-copy.ts';
import { freeDescriptors } from '../runtime/descriptors.ts';
import { readTextFile } from '../runtime/regular-file.ts';
import type { Config } from './config/config.ts';
import { isLoopback } from './config/listen-rule.ts';
import { deadLetterList } from './dead-letter-list.ts';
import { deskSource } from './desk-build.ts';
import { filePreviews, type PreviewParts } from './file-previews.ts';
import type { LedgerLoop } from './ledger/ledger-loop.ts';
import { reasonsNotReady } from './readiness.ts';
import type { StorageState } from './storage-state.ts';

/** Of the files that may still be open, the part that connections leave to the ledger, the archive and calls. */
const DESCRIPTORS_KEPT = 0.25;

export interface HttpServerParts {
  readonly listen: Config['listen'];
  readonly limits: () => Config['limits'];
  readonly webhooks: Omit<WebhookParts, 'admission' | 'limits' | 'known'>;
  readonly api: Omit<
    ApiContext,
    | 'batches'
    | 'caseFiles'
    | 'deadLetters'
    | 'orderTurns'
    | 'refundWork'
    | 'previews'
    | 'statementBook'
    | 'statementCsv'
    | 'draining'
    | 'isOnLoopback'
    | 'isOverTls'
    | 'limits'
    | 'storageFault'
  >;
  readonly loaded: PreviewParts['loaded'];
  /** If the ledger is on Kafka. */
  readonly cluster: Cluster | undefined;
  readonly loop: Pick<LedgerLoop, 'fault' | 'lagMillis' | 'unwritten'>;
  readonly storage: StorageState;
  /** Aborts when the service ends. */
  readonly draining: AbortSignal;
  readonly readyNotes: () => string[];
  readonly logger: Logger;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly url: string;
}

/** Throws HESABU_LISTEN_FAILED, HESABU_FILE_UNREADABLE and HESABU_CONFIG_INVALID. */
export async function startHttpServer(parts: HttpServerParts): Promise<HttpServer> {
  const { listen, limits, storage, draining, readyNotes, logger } = parts;
  const { clock } = parts.api;
  const tls = readTlsOf(listen);
  const admission = new Admission(() => limits().webhooks_waiting, storage);
  const notReady = () => reasonsNotReady(draining, parts.loop, admission);
  const rates = new RateLimits(limits);
  const { exchanges } = parts.webhooks;
  const batches = new BatchRunner({ ...parts.api, store: parts.api.tables.batches });
  const storageFault = () => storage.fault;
  const orderTurns = new Turns();
  const refundWork = new RefundRunner({ ...parts.api, orderTurns, storageFault });
  const previews = filePreviews({ ...parts.api, loaded: parts.loaded });
  const { cluster } = parts;
  const deadLetters = cluster === undefined ? null : deadLetterList(cluster, parts.api.pseudonym);
  const archive = { add: storage.watched((exchange: Exchange) => exchanges.add(exchange)) };
  const register = (app: FastifyInstance) => {
    const known = knownReferences(parts.api.ledger);
    registerWebhooks(app, { ...parts.webhooks, known, admission, limits: rates, exchanges: archive });
    const isOnLoopback = isLoopback(listen.host) && !listen.behind_proxy;
    const isOverTls = tls !== undefined || listen.behind_proxy;
    const reach = {
      ...{ isOnLoopback, isOverTls, batches, refundWork, orderTurns, caseFiles: CASE_FILES },
      ...{ statementBook, statementCsv, previews, deadLetters },
    };
    const hasSession = (request: FastifyRequest) => {
      const token = tokenOf({ isOverTls }, request);
      return token !== null && parts.api.sessions.find(token, false) !== undefined;
    };
    const issuer = () => parts.api.issuerSignIn.label;
    registerDesk(app, { source: deskSource(logger), limits: rates, hasSession, issuer });
    registerApi(app, { ...parts.api, ...reach, draining, limits: rates, storageFault });
  };
  const behindProxy = listen.behind_proxy;
  const openable = Math.max(1, Math.floor(freeDescriptors() * (1 - DESCRIPTORS_KEPT)));
  const connections = () => {
    const { connections: most, connections_per_address: perAddress } = limits();
    const total = Math.min(most, openable);
    // Half stays for others, also where the process may open few.
    return { total, perAddress: behindProxy ? total : Math.min(perAddress, Math.ceil(total / 2)) };
  };
  const onFault = (error: unknown) => storage.readFailed(error);
  const secured = { tls, behindProxy, connections };
  const app = buildApp({ clock, logger, limits: rates, notReady, readyNotes, ...secured, onFault, register });
  for (const work of [batches, refundWork]) {
    app.addHook('onClose', () => work.stop());
    // What a crash interrupted is finished.
    work.wake();
  }
  const at = await listenAt(app, listen.host, listen.port);
  return { app, url: `${tls === undefined ? 'http' : 'https'}://${at}` };
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** The texts of the files. Throws HESABU_FILE_UNREADABLE, and HESABU_CONFIG_INVALID if they do not match. */
export function readTls({ cert, key }: Tls): Tls {
  const read = { cert: readTextFile(cert), key: readTextFile(key) };
  try {
    createSecureContext(read);
    return read;
  } catch (error) {
    const detail = { where: 'listen.tls', expected: 'a certificate and its key, both PEM' };
    throw new HesabuError('HESABU_CONFIG_INVALID', detail, error);
  }
}

/** Undefined if the service does not serve TLS itself. Throws as `readTls` does. */
export function readTlsOf({ tls }: Config['listen']): Tls | undefined {
  return tls === undefined ? undefined : readTls(tls);
}
