// The service's HTTP server: webhooks and the API on one address, with TLS if it is configured.

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { HesabuError } from '../domain/errors.ts';
import type { ApiContext } from '../http/api/api-context.ts';
import { registerApi } from '../http/api/server/register.ts';
import { buildApp } from '../http/app.ts';
import { listenAt } from '../http/listen.ts';
import type { WebhookParts } from '../http/webhooks/receiver.ts';
import { registerWebhooks } from '../http/webhooks/route.ts';
import { freeDescriptors } from '../runtime/descriptors.ts';
import type { Config } from './config/config.ts';

/** Of the files that may still be open, the part that connections leave to the ledger, the archive and calls. */
const DESCRIPTORS_KEPT = 0.25;

export interface HttpServerParts {
  readonly listen: Config['listen'];
  readonly limits: () => Config['limits'];
  readonly webhooks: WebhookParts;
  readonly api: ApiContext;
  /** Why the service is not ready, for /readyz. */
  readonly notReady: () => string[];
  readonly readyNotes: () => string[];
  readonly logger: Logger;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly url: string;
}

/** Throws HESABU_LISTEN_FAILED, HESABU_FILE_UNREADABLE and HESABU_CONFIG_INVALID. */
export async function startHttpServer({
  listen,
  limits,
  webhooks,
  api,
  notReady,
  readyNotes,
  logger,
}: HttpServerParts): Promise<HttpServer> {
  const tls = readTlsOf(listen);
  const register = (app: FastifyInstance) => {
    registerWebhooks(app, webhooks);
    registerApi(app, api);
  };
  const behindProxy = listen.behind_proxy;
  const openable = Math.max(1, Math.floor(freeDescriptors() * (1 - DESCRIPTORS_KEPT)));
  const connections = () => {
    const { connections: most, connections_per_address: perAddress } = limits();
    const total = Math.min(most, openable);
    // Half stays for others, also where the process may open few.
    return { total, perAddress: behindProxy ? total : Math.min(perAddress, Math.ceil(total / 2)) };
  };
  const app = buildApp({ clock: api.clock, logger, notReady, readyNotes, tls, behindProxy, connections, register });
  const at = await listenAt(app, listen.host, listen.port);
  return { app, url: `${tls === undefined ? 'http' : 'https'}://${at}` };
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** The texts of the files. Throws HESABU_FILE_UNREADABLE, and HESABU_CONFIG_INVALID if they do not match. */
export function readTls({ cert, key }: Tls): Tls {
  const read = { cert: readPem(cert), key: readPem(key) };
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

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new HesabuError('HESABU_FILE_UNREADABLE', { where: path }, error);
  }
}
