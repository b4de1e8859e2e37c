// The HTTP server of a worker, if one is configured: its metrics, and whether it is alive and ready.

import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { RateLimits } from '../http/access/rate-limits.ts';
import { buildApp } from '../http/app.ts';
import { listenAt } from '../http/listen.ts';
import type { PromMeter } from '../http/metrics.ts';
import { SYSTEM_CLOCK } from '../runtime/clock.ts';

/** Everything here is for health and metrics, which few ask. */
const RATE = { per_second: 50, burst: 500 };
const LIMITS = { key: RATE, account: RATE, address: RATE };

export interface WorkerServerOptions {
  readonly host: string;
  readonly port: number;
  readonly meter: PromMeter;
  readonly logger: Logger;
  /** Why the worker is idle now. */
  readonly notReady: () => readonly string[];
}

/** It shows no secrets; still it listens on loopback unless it is configured otherwise. */
export async function startWorkerServer(options: WorkerServerOptions): Promise<FastifyInstance> {
  const { host, port, meter, notReady } = options;
  const logger = options.logger.child({}, { level: 'warn' }) as unknown as FastifyBaseLogger;
  const register = (app: FastifyInstance) => {
    app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await meter.text()));
  };
  const app = buildApp({ clock: SYSTEM_CLOCK, logger, limits: new RateLimits(() => LIMITS), notReady, register });
  const at = await listenAt(app, host, port);
  options.logger.info({ url: `http://${at}` }, 'metrics are served');
  return app;
}
