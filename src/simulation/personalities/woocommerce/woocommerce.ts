// The side of a shop on WooCommerce: a ping first, each webhook once and never again, a webhook that is disabled after
// five failures in a row, and an API that lists the orders that changed. Sources:
// woocommerce/woocommerce-rest-api-docs, _webhooks.md, _orders.md, _order-refunds.md and _authentication.md.

import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasToken } from '../../gateway/authorisation.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { orderAt, orders, placeOrder, SHOP_WITHOUT } from '../../gateway/shop-order.ts';
import { pageOf, queryNumber } from '../../gateway/wire-forms.ts';
import { created, orderForm, orderId, PING, refundForm, webhooksOf } from './forms.ts';

const CURRENCIES = ['KES', 'UGX', 'NGN', 'GHS', 'ZAR'];
const PER_PAGE = 10;
const PER_PAGE_MAX = 100;
const FAILURES_MAX = 5;

export const WOOCOMMERCE: Personality = {
  name: 'woocommerce',
  title: 'WooCommerce',
  calls: {
    'POST /sandbox/orders': {
      en: 'places an order as a payer would; of the sandbox only, without a key',
      'zh-CN': '模拟顾客下单；仅沙箱提供，无需密钥',
    },
    'GET /wp-json/wc/v3/orders': { en: 'lists orders by the time of change', 'zh-CN': '按更新时间列出订单' },
    'GET /wp-json/wc/v3/orders/:id': { en: 'returns an order', 'zh-CN': '查询一笔订单' },
    'GET /wp-json/wc/v3/orders/:id/refunds': { en: 'lists the refunds of an order', 'zh-CN': '列出订单的退款' },
  },
  currencies: CURRENCIES,
  without: SHOP_WITHOUT,
  limit: null,
  secrets: {
    consumer_key: (random) => `ck_${random(20).toString('hex')}`,
    consumer_secret: (random) => `cs_${random(20).toString('hex')}`,
    webhook_secret: (random) => random(24).toString('base64url'),
  },
  account: ({ url, secret }) => ({
    ...{ base_url: url, api: { key: secret('consumer_key'), secret: secret('consumer_secret') } },
    ...{ zone: 'Africa/Nairobi', webhook: { secrets: [secret('webhook_secret')] } },
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
    const pair = Buffer.from(`${desk.secret('consumer_key')}:${desk.secret('consumer_secret')}`).toString('base64');
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, `Basic ${pair}`)) return undefined;
      return refuse(reply, 401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');
    });
    register(scope, desk);
  },
  webhooks: webhooksOf,
  greeting: PING,
  proof: (body, secret, _now, headers) => {
    if (!('x-wc-webhook-topic' in headers)) return {};
    const text = createHmac('sha256', secret('webhook_secret')).update(body).digest('base64');
    return { 'x-wc-webhook-signature': text };
  },
  retries: [],
  failuresMax: FAILURES_MAX,
  isTaken: (status) => (status >= 200 && status < 300) || status === 301 || status === 302,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return refuse(reply, roll === 10 ? 503 : 500, 'internal_server_error', 'Error');
    return refuse(reply.header('retry-after', String(seconds)), 429, 'too_many_requests', 'Too many requests');
  },
};

type Asked = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

function register(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.get('/wp-json/wc/v3/orders', async ({ query }: Asked, reply) => list(desk, query, reply));
  scope.get('/wp-json/wc/v3/orders/:id', async ({ params }: Asked, reply) => {
    const order = orders(desk).find(({ reference }) => reference === params.id);
    if (order === undefined) return refuse(reply, 404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
    return reply.send(orderForm(order, desk.now));
  });
  scope.get('/wp-json/wc/v3/orders/:id/refunds', async ({ params }: Asked, reply) => {
    const order = orders(desk).find(({ reference }) => reference === params.id);
    if (order === undefined) return refuse(reply, 404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
    return reply.send(orderAt(order, desk.now).refunds.map((refund) => refundForm(order, refund)));
  });
}

/** The newest first, unless it is asked for otherwise. Times are those of the site, unless they are said to be UTC. */
function list(desk: PaymentDesk, query: Readonly<Record<string, string>>, reply: FastifyReply): FastifyReply {
  const { modified_after: after, modified_before: before, dates_are_gmt: isUtc, order = 'desc' } = query;
  const timeOf = (text = '') =>
    Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}${isUtc === 'true' ? 'Z' : '+03:00'}`);
  const [from, to] = [timeOf(after), timeOf(before)];
  const rows = orders(desk).filter((one) => {
    const { at } = orderAt(one, desk.now);
    return !(at <= from) && !(at >= to);
  });
  const ordered = order === 'asc' ? rows : rows.toReversed();
  const perPage = queryNumber(query.per_page, PER_PAGE);
  if (perPage < 1 || perPage > PER_PAGE_MAX)
    return refuse(reply, 400, 'rest_invalid_param', 'Invalid parameter(s): per_page');
  const page = pageOf(ordered, queryNumber(query.page, 1), perPage);
  return reply
    .header('x-wp-total', String(rows.length))
    .header('x-wp-totalpages', String(Math.ceil(rows.length / perPage)))
    .send(page.map((one) => orderForm(one, desk.now)));
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message, data: { status } });
}
