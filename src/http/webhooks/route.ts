// POST /webhooks/:provider/:account: takes the raw bytes and answers. The receiver decides what becomes of them.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';
import { strangerFault } from '../access/strangers.ts';
import { BodyReader } from './body.ts';
import { type WebhookParts, WebhookReceiver } from './receiver.ts';

interface Params {
  readonly provider: string;
  readonly account: string;
}

export function registerWebhooks(app: FastifyInstance, parts: WebhookParts): void {
  const receiver = new WebhookReceiver(parts);
  const bodies = new BodyReader();
  app.register(async (scope) => {
    // The raw bytes, whatever their content type: the signature is over them.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.addHook('onRequest', (request, _reply, done) => {
      // Fastify refuses an invalid content type; the archive still has it from the raw request.
      if (!request.mediaType && request.headers['content-type'] !== undefined)
        request.headers = { 'content-type': undefined };
      done();
    });
    scope.post('/webhooks/:provider/:account', (request, reply) => answer(receiver, bodies, parts, request, reply));
  });
}

async function answer(
  receiver: WebhookReceiver,
  bodies: BodyReader,
  parts: WebhookParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { provider, account: name } = request.params as Params;
  const account = parts.account(provider, name);
  if (account === undefined)
    throw strangerFault(parts.limits, request, new HesabuError('HESABU_NOT_FOUND', { where: request.url }));
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    // A few bytes may unpack into gigabytes, and the signature is over the sent bytes in any case.
    const refused = new HesabuError('HESABU_REQUEST_INVALID', { where: 'content-encoding', expected: 'none' });
    throw Object.assign(refused, { statusCode: 415 });
  }
  const body = await bodies.read(request.raw, reply.raw, request.url).catch((error: unknown) => {
    // Unread bytes must not be taken for the next request.
    reply.header('connection', 'close');
    throw error;
  });
  const answered = await receiver.receive(account, {
    id: request.id,
    at: parts.clock.now(),
    url: request.url,
    headers: textHeaders(request.raw),
    rawHeaders: request.raw.rawHeaders,
    body,
  });
  if (answered.status === 401) throw strangerFault(parts.limits, request, answered.fault);
  const text =
    answered.status === 200 ? `{"status":"accepted","id":"${request.id}"}` : `{"status":"kept","id":"${request.id}"}`;
  return reply.code(answered.status).header('content-type', 'application/json; charset=utf-8').send(text);
}

function textHeaders({ headers }: FastifyRequest['raw']): Record<string, string> {
  return headers as Record<string, string>;
}
