// What the service answers over HTTP: webhooks and the API on one address, with TLS where the configuration has it.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ApiParts } from '../../http/api/parts.ts';
import { registerApi } from '../../http/api/register.ts';
import { buildApp } from '../../http/app.ts';
import type { WebhookParts } from '../../http/webhooks/receiver.ts';
import { registerWebhooks } from '../../http/webhooks/route.ts';
import type { Config } from './config.ts';

export interface ListeningParts {
  readonly listen: Config['listen'];
  readonly webhooks: WebhookParts;
  readonly api: ApiParts;
  /** Why the service is not ready, for /readyz. */
  readonly notReady: () => string[];
  readonly logger: Logger;
}

export interface Listening {
  readonly app: FastifyInstance;
  readonly url: string;
}

/** Throws where nobody can listen there. */
export async function startListening({ listen, webhooks, api, notReady, logger }: ListeningParts): Promise<Listening> {
  const tls = listen.tls === undefined ? undefined : { cert: read(listen.tls.cert), key: read(listen.tls.key) };
  const register = (app: FastifyInstance) => {
    registerWebhooks(app, webhooks);
    registerApi(app, api);
  };
  const app = buildApp({ clock: api.clock, logger, notReady, tls, behindProxy: listen.behind_proxy, register });
  await app.listen({ host: listen.host, port: listen.port });
  const { port } = app.server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return { app, url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}` };
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
