// The side of Onafriq, once MFS Africa: its collections. A payment is a collection request, and a collection once money
// came; webhooks are not signed; 30 reads a minute are answered. Source: beyonic/api-docs.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hasToken } from '../../gateway/authorisation.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { numberOf, queryNumber } from '../../gateway/wire-forms.ts';
import {
  accountOf,
  collectionOf,
  eventsOf,
  hasCollection,
  NETWORKS,
  requestNumberOf,
  requestOf,
  webhooksOf,
} from './forms.ts';
import { ledgerOf } from './ledger.ts';

const CURRENCIES = ['UGX', 'KES', 'RWF', 'TZS', 'GHS', 'XOF'];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const PER_PAGE = 10;
const PER_PAGE_MAX = 100;

const REQUEST = z.object({
  phonenumber: z.string().regex(/^\+[1-9]\d{7,14}$/),
  amount: z.union([z.number(), z.string()]).transform(String),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  metadata: z.record(z.string(), z.unknown()).default({}),
});

export const ONAFRIQ: Personality = {
  name: 'onafriq',
  title: 'Onafriq',
  calls: {
    'POST /collectionrequests': {
      en: 'asks a payer for money; the result comes as unsigned webhooks',
      'zh-CN': '向付款人收款；结果以未签名的回调通知',
    },
    'GET /collectionrequests, /collectionrequests/:id': {
      en: 'lists requests, or returns one',
      'zh-CN': '列出收款请求，或查询一笔',
    },
    'GET /collections, /collections/:id': {
      en: 'lists what came, or returns one',
      'zh-CN': '列出已收款项，或查询一笔',
    },
    'GET /transactions': {
      en: 'lists the ledger; fees are rows of their own',
      'zh-CN': '列出账户流水；手续费单独成行',
    },
    'GET /events': { en: 'lists what webhooks told', 'zh-CN': '列出已发生的事件' },
    'GET /networks, /currencies, /accounts': {
      en: 'lists operators, currencies, accounts',
      'zh-CN': '列出运营商、币种与账户',
    },
  },
  currencies: CURRENCIES,
  // What goes back has a row that names no payment, and so has a row that nobody expects.
  without: ['refunded', 'reversed', 'failed-settled', 'doubled'],
  limit: { perMinute: 30, burst: 30 },
  secrets: {
    api_key: (random) => random(20).toString('hex'),
    webhook: (random) => `hesabu:${random(16).toString('hex')}`,
  },
  account: ({ url, secret }) => ({
    ...{ base_url: url, api_key: secret('api_key') },
    currencies: Object.fromEntries(CURRENCIES.map((currency) => [accountOf(currency), currency])),
    webhook: { scheme: 'basic', secrets: [secret('webhook')] },
    rate: { per_minute: 30, burst: 10 },
    settlement: { at: '06:30', zone: 'Africa/Nairobi', alert_after: 'PT6H' },
  }),
  serve(scope, desk) {
    const keys = new Map<string, number>();
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, `Token ${desk.secret('api_key')}`)) return undefined;
      return reply.code(401).send({ detail: 'Invalid token.' });
    });
    scope.post('/collectionrequests', async (request, reply) => collect(desk, keys, request, reply));
    registerReads(scope, desk);
  },
  webhooks: webhooksOf,
  // Not a signature: HTTP Basic, which a merchant can agree on with the network.
  proof: (_body, secret) => ({ authorization: `Basic ${Buffer.from(secret('webhook')).toString('base64')}` }),
  retries: [10, 30, 60, 120, 300, 600, 1_200, 2_400, 4_800, 9_600].map((seconds) => seconds * SECOND),
  isTaken: (status) => status === 200,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable')
      return reply.code(roll === 10 ? 503 : 500).send({ detail: 'A server error occurred.' });
    const detail = `Request was throttled. Expected available in ${seconds} seconds.`;
    return reply.code(429).header('retry-after', String(seconds)).send({ detail });
  },
};

type Asked = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

/** A key that was used within a day is refused, not answered again. */
function collect(desk: PaymentDesk, keys: Map<string, number>, request: FastifyRequest, reply: FastifyReply) {
  const read = REQUEST.safeParse(request.body);
  if (!read.success) {
    const fields = read.error.issues.map(({ path, message }) => [path.join('.'), [message]]);
    return reply.code(400).send(Object.fromEntries(fields));
  }
  const { phonenumber: phone, amount, currency, metadata } = read.data;
  const minor = minorIn(amount, currency);
  if (minor === null || minor <= 0n) return reply.code(400).send({ amount: ['A valid number is required.'] });
  const key = request.headers['duplicate-check-key'];
  if (typeof key === 'string') {
    if (desk.now - (keys.get(key) ?? Number.NEGATIVE_INFINITY) < 24 * 60 * MINUTE) {
      return reply.code(409).send({ detail: 'Duplicate request' });
    }
    keys.set(key, desk.now);
  }
  const operator = NETWORKS.find(({ prefix }) => prefix.test(phone))?.name ?? '';
  // The network knows no reference of the merchant but what stands in its metadata.
  const [name, value] = Object.entries(metadata)[0] ?? ['', `none-${desk.now}`];
  const payment = desk.start({ reference: String(value), minor, currency, operator: `${operator} ${name}`, phone });
  return reply.code(201).send(requestOf(payment, desk.now));
}

function registerReads(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.get('/collectionrequests/:id', async ({ params }: Asked, reply) => {
    const payment = desk.find((one) => String(requestNumberOf(one)) === params.id);
    return payment === undefined ? notFound(reply) : reply.send(requestOf(payment, desk.now));
  });
  scope.get('/collectionrequests', async (request: Asked, reply) => {
    const rows = desk.payments().map((payment) => requestOf(payment, desk.now));
    return list(reply, ordered(rows, request), request);
  });
  scope.get('/collections/:id', async ({ params }: Asked, reply) => {
    const payment = desk.find((one) => String(numberOf(one)) === params.id && hasCollection(one, desk.now));
    return payment === undefined ? notFound(reply) : reply.send(collectionOf(payment, desk.now));
  });
  scope.get('/collections', async (request: Asked, reply) => {
    const rows = desk.payments().filter((payment) => hasCollection(payment, desk.now));
    return list(
      reply,
      rows.map((payment) => collectionOf(payment, desk.now)),
      request,
    );
  });
  scope.get('/transactions', async (request: Asked, reply) => list(reply, ordered(ledgerOf(desk), request), request));
  scope.get('/events', async (request: Asked, reply) => list(reply, ordered(eventsOf(desk), request), request));
  scope.get('/networks', async (request: Asked, reply) => {
    return list(
      reply,
      NETWORKS.map(({ prefix, ...network }) => ({ ...network, phone_regex: prefix.source })),
      request,
    );
  });
  scope.get('/currencies', async (request: Asked, reply) => list(reply, currenciesListed(), request));
  scope.get('/accounts', async (request: Asked, reply) => {
    const rows = CURRENCIES.map((currency) => {
      return { id: accountOf(currency), organization: 4, balance: 200, currency, status: 'active' };
    });
    return list(reply, rows, request);
  });
}

/** One for each country and currency. */
function currenciesListed(): object[] {
  const countries = Object.entries({ UG: 'UGX', KE: 'KES', RW: 'RWF', TZ: 'TZS', GH: 'GHS', CI: 'XOF' });
  return countries.map(([iso, code], at) => ({ id: at + 1, name: code, code, country: { iso, supported: true } }));
}

/** The oldest first, or by `ordering=-created` the newest. */
function ordered(rows: readonly object[], { query }: Asked): readonly object[] {
  return query.ordering === '-created' ? rows.toReversed() : rows;
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ detail: 'Not found.' });
}

function list(reply: FastifyReply, rows: readonly object[], request: Asked): FastifyReply {
  const limit = Math.min(queryNumber(request.query.limit, PER_PAGE), PER_PAGE_MAX);
  const offset = queryNumber(request.query.offset, 0);
  const at = (from: number): string => {
    const query = new URLSearchParams({ ...request.query, limit: String(limit), offset: String(from) });
    return `${request.protocol}://${request.host}${request.url.split('?')[0]}?${query}`;
  };
  return reply.send({
    count: rows.length,
    next: offset + limit < rows.length ? at(offset + limit) : null,
    previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
    results: rows.slice(offset, offset + limit),
  });
}
