// /webhooks/:provider/:account and the URLs below it: takes the raw bytes and answers. The receiver decides what
// becomes of them.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';
import { strangerFault } from '../access/strangers.ts';
import { BodyReader } from './body.ts';
import { type WebhookParts, WebhookReceiver } from './receiver.ts';
import { targetOf } from './target.ts';
import type { WebhookAnswer } from './webhook.ts';

export function registerWebhooks(app: FastifyInstance, parts: WebhookParts): void {
  const receiver = new WebhookReceiver(parts);
  const bodies = new BodyReader();
  app.register(async (scope) => {
    // Before Fastify looks at the content type: the signature is over the raw bytes, whatever it says of them.
    scope.addHook('onRequest', (request, reply) => answer(receiver, bodies, parts, request, reply));
    for (const url of ['/webhooks/:provider/:account', '/webhooks/:provider/:account/*']) {
      scope.route({ method: ['GET', 'POST', 'PUT'], url, exposeHeadRoute: false, handler: alreadyAnswered });
    }
  });
}

/** Every request has its answer before its handler is looked for. */
function alreadyAnswered(): never {
  throw new TypeError('a webhook without an answer');
}

async function answer(
  receiver: WebhookReceiver,
  bodies: BodyReader,
  parts: WebhookParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = targetOf(request, parts.account);
  if ('where' in target) throw strangerFault(parts.limits, request, new HesabuError('HESABU_NOT_FOUND', target));
  const { account, method, endpoint, url, query } = target;
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    // A few bytes may unpack into gigabytes, and the signature is over the sent bytes in any case.
    const refused = new HesabuError('HESABU_REQUEST_INVALID', { where: 'content-encoding', expected: 'none' });
    throw Object.assign(refused, { statusCode: 415 });
  }
  const body =
    method === 'GET'
      ? Buffer.from(query)
      : await bodies.read(request.raw, reply.raw, url).catch((error: unknown) => {
          // Unread bytes must not be taken for the next request.
          reply.header('connection', 'close');
          throw error;
        });
  const answered = await receiver.receive(account, {
    ...{ id: request.id, at: parts.clock.now(), method, url, endpoint, address: request.ip },
    headers: textHeaders(request.raw),
    rawHeaders: request.raw.rawHeaders,
    body,
  });
  if (answered.status === 401) throw strangerFault(parts.limits, request, answered.fault);
  const { status, contentType, body: text } = { ...ownReply(request.id, answered), ...answered.reply };
  return reply.code(status).header('content-type', contentType).send(text);
}

function ownReply(id: string, { status, ...answer }: Exclude<WebhookAnswer, { readonly status: 401 }>) {
  const word = status === 202 ? 'kept' : answer.isIgnored === true ? 'ignored' : 'accepted';
  return { status, contentType: 'application/json; charset=utf-8', body: `{"status":"${word}","id":"${id}"}` };
}

function textHeaders({ headers }: FastifyRequest['raw']): Record<string, string> {
  return headers as Record<string, string>;
}
