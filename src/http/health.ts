// /healthz: the process answers. /readyz: it can take requests.

import type { FastifyInstance } from 'fastify';

/** Why the service cannot take requests now, a few words each; empty if it can. */
export type NotReady = () => readonly string[];

export function registerHealth(app: FastifyInstance, notReady: NotReady): void {
  app.get('/healthz', { logLevel: 'silent' }, async () => ({ status: 'alive' }));
  app.get('/readyz', { logLevel: 'silent' }, async (_request, reply) => {
    const reasons = notReady();
    if (reasons.length === 0) return { status: 'ready' };
    return reply.code(503).header('retry-after', '2').send({ status: 'not ready', reasons });
  });
}
