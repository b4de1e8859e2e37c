// The side of a shop on Shopify: order webhooks under either spelling of their headers, at least once and in any order,
// a subscription that is removed after eight failures in a row, and an API that lists the orders that changed. Sources:
// shopify.dev/docs/apps/build/webhooks; /docs/api/admin-rest, /docs/api/usage/pagination-rest and /rate-limits;
// /changelog/updates-to-webhook-retry-mechanism.

import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasHeader } from '../../gateway/authorisation.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { orderAt, orders, placeOrder, SHOP_WITHOUT } from '../../gateway/shop-order.ts';
import { queryNumber } from '../../gateway/wire-forms.ts';
import { created, orderForm, orderId, transactionForms, webhooksOf } from './forms.ts';

const CURRENCIES = ['KES', 'UGX', 'NGN', 'GHS', 'ZAR'];
const MINUTE = 60_000;
const PER_PAGE = 50;
const PER_PAGE_MAX = 250;
const FAILURES_MAX = 8;

export const SHOPIFY: Personality = {
  name: 'shopify',
  title: 'Shopify',
  calls: {
    'POST /sandbox/orders': {
      en: 'places an order as a payer would; of the sandbox only, without a key',
      'zh-CN': '模拟顾客下单；仅沙箱提供，无需密钥',
    },
    'GET /admin/api/:version/orders.json': { en: 'lists orders by the time of change', 'zh-CN': '按更新时间列出订单' },
    'GET /admin/api/:version/orders/:id/transactions.json': {
      en: 'lists what was paid for an order',
      'zh-CN': '列出订单的支付记录',
    },
    'GET /admin/api/:version/shop.json': { en: 'returns the shop', 'zh-CN': '查询店铺' },
  },
  currencies: CURRENCIES,
  without: SHOP_WITHOUT,
  limit: { perMinute: 120, burst: 40 },
  secrets: {
    access_token: (random) => `shpat_${random(16).toString('hex')}`,
    client_secret: (random) => random(16).toString('hex'),
  },
  account: ({ url, secret }) => ({
    ...{ base_url: url, api_key: secret('access_token') },
    webhook: { secrets: [secret('client_secret')] },
    rate: { per_minute: 60, burst: 20 },
  }),
  control(scope, desk) {
    let nth = 0;
    scope.post('/sandbox/orders', async (request, reply) => {
      const { payment, answer } = await placeOrder(desk, request, reply, orderId(nth++));
      if (payment !== undefined && !desk.isLost(payment)) desk.answerLater(created(payment), 1_000);
      return answer;
    });
  },
  serve(scope, desk) {
    scope.addHook('preHandler', async (request, reply) => {
      if (hasHeader(request, 'x-shopify-access-token', desk.secret('access_token'))) return undefined;
      return refuse(reply, 401, '[API] Invalid API key or access token (unrecognized login or wrong password)');
    });
    register(scope, desk);
  },
  webhooks: webhooksOf,
  proof: (body, secret, _now, headers) => ({
    [`${'shopify-topic' in headers ? '' : 'x-'}shopify-hmac-sha256`]: createHmac('sha256', secret('client_secret'))
      .update(body)
      .digest('base64'),
  }),
  // Eight times over four hours.
  retries: [1, 2, 5, 10, 20, 40, 60, 102].map((minutes) => minutes * MINUTE),
  failuresMax: FAILURES_MAX,
  isTaken: (status) => status >= 200 && status < 300,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return refuse(reply, roll === 10 ? 503 : 500, 'Internal Server Error');
    const text = 'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.';
    return refuse(reply.header('retry-after', `${seconds}.0`), 429, text);
  },
};

type Asked = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

function register(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.get('/admin/api/:version/shop.json', async (_request, reply) => {
    return reply.send({ shop: { id: 1, name: 'Sandbox', iana_timezone: 'Africa/Nairobi', currency: 'KES' } });
  });
  scope.get('/admin/api/:version/orders.json', async (request: Asked, reply) => list(desk, request, reply));
  scope.get('/admin/api/:version/orders/:name', async ({ params }: Asked, reply) => {
    const order = orders(desk).find(({ reference }) => `${reference}.json` === params.name);
    return order === undefined ? refuse(reply, 404, 'Not Found') : reply.send({ order: orderForm(order, desk.now) });
  });
  scope.get('/admin/api/:version/orders/:id/transactions.json', async ({ params }: Asked, reply) => {
    const order = orders(desk).find(({ reference }) => reference === params.id);
    if (order === undefined) return refuse(reply, 404, 'Not Found');
    return reply.send({ transactions: transactionForms(order, desk.now) });
  });
}

/** A later page is asked for by its cursor alone, which holds the filters of the first. */
function list(desk: PaymentDesk, request: Asked, reply: FastifyReply): FastifyReply {
  const { page_info, limit: asked, fields: _fields, ...filters } = request.query;
  if (page_info !== undefined && Object.keys(filters).length > 0) {
    return refuse(reply, 400, {
      page_info: `cannot be passed along with other filters: ${Object.keys(filters).join(', ')}`,
    });
  }
  const cursor = cursorIn(page_info);
  if (cursor === null) return refuse(reply, 400, { page_info: 'Invalid value.' });
  const { skip, ...kept } = cursor ?? { ...filters, skip: '0' };
  const [from, to] = [Date.parse(kept.updated_at_min ?? ''), Date.parse(kept.updated_at_max ?? '')];
  const found = orders(desk).filter((order) => {
    const { at, state } = orderAt(order, desk.now);
    const isOpen = kept.status === 'any' || state !== 'cancelled';
    return isOpen && !(at < from) && !(at > to);
  });
  const limit = Math.min(queryNumber(asked, PER_PAGE), PER_PAGE_MAX);
  const first = Number(skip);
  if (first + limit < found.length) {
    const next = Buffer.from(JSON.stringify({ ...kept, skip: `${first + limit}` })).toString('base64url');
    const base = `${request.protocol}://${request.host}${request.url.split('?')[0]}`;
    reply.header('link', `<${base}?limit=${limit}&page_info=${next}>; rel="next"`);
  }
  return reply.send({ orders: found.slice(first, first + limit).map((order) => orderForm(order, desk.now)) });
}

/** Undefined without one; null for one that was not ours. */
function cursorIn(text: string | undefined): Readonly<Record<string, string>> | undefined | null {
  if (text === undefined) return undefined;
  try {
    const read = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, string>;
    return /^\d+$/.test(read.skip ?? '') ? read : null;
  } catch {
    return null;
  }
}

function refuse(reply: FastifyReply, status: number, errors: string | object): FastifyReply {
  return reply.code(status).send({ errors });
}
