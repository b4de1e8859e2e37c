// What a worker answers over HTTP, where it is asked to: its figures, and whether it is alive and at work.

import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildApp } from '../http/app.ts';
import { listenAt } from '../http/listen.ts';
import type { PromMeter } from '../http/metrics.ts';
import { SYSTEM_CLOCK } from '../runtime/clock.ts';

export interface WorkerServerOptions {
  readonly host: string;
  readonly port: number;
  readonly meter: PromMeter;
  readonly logger: Logger;
  /** Why the worker does nothing just now. */
  readonly notReady: () => readonly string[];
}

/** Nothing that it tells is anybody's secret; still it is on loopback unless told otherwise. */
export async function startWorkerServer(options: WorkerServerOptions): Promise<FastifyInstance> {
  const { host, port, meter, notReady } = options;
  const logger = options.logger.child({}, { level: 'warn' }) as unknown as FastifyBaseLogger;
  const register = (app: FastifyInstance) => {
    app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await meter.text()));
  };
  const app = buildApp({ clock: SYSTEM_CLOCK, logger, notReady, register });
  const at = await listenAt(app, host, port);
  options.logger.info({ url: `http://${at}` }, 'figures are shown');
  return app;
}
