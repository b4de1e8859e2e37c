// POST /webhooks/:provider/:account: bytes in, an answer out. What becomes of them is decided by the receiver.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';
import { type WebhookParts, WebhookReceiver } from './receiver.ts';

export const WEBHOOK_BYTES_MAX = 1024 * 1024;

interface Params {
  readonly provider: string;
  readonly account: string;
}

export function registerWebhooks(app: FastifyInstance, parts: WebhookParts): void {
  const receiver = new WebhookReceiver(parts);
  app.register(async (scope) => {
    // The bytes as they came, whatever they call themselves: the signature is over them.
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: WEBHOOK_BYTES_MAX } as const;
    scope.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    scope.post('/webhooks/:provider/:account', async (request, reply) => answer(receiver, parts, request, reply));
  });
}

async function answer(
  receiver: WebhookReceiver,
  parts: WebhookParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { provider, account: name } = request.params as Params;
  const account = parts.account(provider, name);
  if (account === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: request.url });
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    // A few bytes may unpack into gigabytes, and the signature is over what was sent anyway.
    const refused = new HesabuError('HESABU_REQUEST_INVALID', { where: 'content-encoding', expected: 'none' });
    throw Object.assign(refused, { statusCode: 415 });
  }
  const answered = await receiver.receive(account, {
    id: request.id,
    at: parts.clock.now(),
    url: request.url,
    headers: textHeaders(request),
    signatures: signaturesOf(request.raw.rawHeaders),
    body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
  });
  if (answered.status === 401) throw answered.fault;
  const body =
    answered.status === 200 ? `{"status":"accepted","id":"${request.id}"}` : `{"status":"kept","id":"${request.id}"}`;
  return reply.code(answered.status).header('content-type', 'application/json; charset=utf-8').send(body);
}

function textHeaders({ headers }: FastifyRequest): Record<string, string> {
  return headers as Record<string, string>;
}

/** Node joins headers that come twice: only as they came can two be told from one. */
function signaturesOf(rawHeaders: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length === 11 && rawHeaders[at]!.toLowerCase() === 'x-signature')
      found.push(rawHeaders[at + 1]!);
  }
  return found;
}
