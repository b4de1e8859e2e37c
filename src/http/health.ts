// /healthz: the process answers. /readyz: it can take requests.

import type { FastifyInstance } from 'fastify';

/** Why the service cannot take requests now, a few words each; empty if it can. */
export type NotReady = () => readonly string[];

/** What is not as it should be although requests are taken, a few words each. */
export type ReadyNotes = () => readonly string[];

export function registerHealth(app: FastifyInstance, notReady: NotReady, notes: ReadyNotes = () => []): void {
  app.get('/healthz', { logLevel: 'silent' }, async () => ({ status: 'alive' }));
  app.get('/readyz', { logLevel: 'silent' }, async (_request, reply) => {
    const reasons = notReady();
    if (reasons.length === 0) {
      const noted = notes();
      return noted.length === 0 ? { status: 'ready' } : { status: 'ready', notes: noted };
    }
    return reply.code(503).header('retry-after', '2').send({ status: 'not ready', reasons });
  });
}
