// /healthz: the process answers. /readyz: it can take requests.

import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import type { RateLimits } from './access/rate-limits.ts';
import { countStranger } from './access/strangers.ts';

/** Why the service cannot take requests now, a few words each; empty if it can. */
export type NotReady = () => readonly string[];

/** What is not as it should be although requests are taken, a few words each. */
export type ReadyNotes = () => readonly string[];

export function registerHealth(
  app: FastifyInstance,
  limits: RateLimits,
  notReady: NotReady,
  notes: ReadyNotes = () => [],
): void {
  const onRequest: onRequestHookHandler = (request, _reply, done) => {
    countStranger(limits, request);
    done();
  };
  app.get('/healthz', { logLevel: 'silent', onRequest }, async () => ({ status: 'alive' }));
  app.get('/readyz', { logLevel: 'silent', onRequest }, async (_request, reply) => {
    const reasons = notReady();
    if (reasons.length === 0) {
      const noted = notes();
      return noted.length === 0 ? { status: 'ready' } : { status: 'ready', notes: noted };
    }
    return reply.code(503).header('retry-after', '2').send({ status: 'not ready', reasons });
  });
}
