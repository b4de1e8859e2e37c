// The lower bound: the same framework with one route that verifies the same signature and does nothing else.

import { createHmac, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';
import { SECRET } from './load.ts';

const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/webhooks/:provider/:account', async ({ headers, body }, reply) => {
  const [, time = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-signature'])) ?? [];
  const wanted = createHmac('sha256', SECRET)
    .update(`${time}.`)
    .update(body as Buffer)
    .digest();
  const isGenuine = given !== '' && timingSafeEqual(wanted, Buffer.from(given, 'hex'));
  return reply.code(isGenuine ? 200 : 401).send({ status: isGenuine ? 'accepted' : 'refused' });
});
process.stdout.write(
  `${JSON.stringify({ msg: 'listening', url: await app.listen({ host: '127.0.0.1', port: 0 }) })}\n`,
);
