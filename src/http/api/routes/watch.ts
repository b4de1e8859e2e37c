// The routes of operations: alerts, unread webhooks, archived exchanges, and the metrics.

import { z } from 'zod';
import type { Message } from '../../../archive/exchanges/exchange.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant, type Instant, parseInstant } from '../../../domain/time.ts';
import type { ReportChange } from '../../../producers/settlement-fetcher/report-table.ts';
import type { ReportStatus } from '../../../producers/settlement-fetcher/settlement-fetcher.ts';
import type { UnreadWebhook } from '../../../producers/webhooks/unread-webhooks.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, text, time } from '../schemas/basic.ts';
import { Alerts, DeadLetters, Exchange, Exchanges, Settlements, Unread } from '../schemas/service.ts';
import { exchangeView, seenExchanges } from '../seen-exchanges.ts';

const READERS = ['operator', 'approver', 'auditor', 'admin'] as const;
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const ExchangesQuery = z.strictObject({
  id: text.optional(),
  name: text.optional(),
  from: time.optional(),
  to: time.optional(),
  limit: count(1, 1_000, 100),
});
const UnreadQuery = z.strictObject({ after: count(0, 999_999_999, 0), limit: count(1, 1_000, 100) });
const IdParams = z.strictObject({ id: text.meta({ examples: ['1m8mftbm7000zycr8pwpxrp00np0'] }) });

export const WATCH_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/alerts',
    summary: 'The raised alerts, and the alerts of the last seven days',
    roles: READERS,
    scope: 'organisation',
    answers: { 200: json('The alerts', Alerts) },
    handle: async ({ parts }) => {
      const alerts = parts.alerts().map(({ since, until, ...alert }) => {
        return { ...alert, since: formatInstant(since), until: instantOrNull(until) };
      });
      return { status: 200, body: { alerts } };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/settlements',
    summary: 'The settlement reports of the last days, and changes in them after their import',
    roles: READERS,
    scope: 'organisation',
    answers: { 200: json('The reports and the changes, the latest first', Settlements) },
    handle: async ({ parts }) => {
      const { reports, changes } = parts.settlements();
      const body = { reports: reports.map(reportView), changes: changes.map(changeView) };
      return { status: 200, body };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/webhooks/unread',
    summary: 'Authentic webhooks that were not understood',
    roles: READERS,
    scope: 'organisation',
    query: UnreadQuery,
    answers: {
      200: json('A page of the webhooks, the newest first', Unread, {
        exchange: { to: 'GET /v1/exchanges/:id', by: { id: '$response.body#/webhooks/0/exchange' } },
      }),
    },
    handle: async ({ parts, query: { after, limit } }) => {
      const { webhooks, next } = parts.unread(after === 0 ? null : after, limit);
      const rest = next === null ? null : `/v1/webhooks/unread?after=${next}&limit=${limit}`;
      return { status: 200, body: { webhooks: webhooks.map(unreadView), next: rest } };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/dead-letters',
    summary: 'Records of fact topics that are not facts',
    description:
      'Of a ledger on Kafka: each with its place, its reason and what was found, without its content. What was ' +
      'sent again by hesabu dead-letters retry is gone.',
    roles: READERS,
    scope: 'organisation',
    query: UnreadQuery,
    answers: { 200: json('A page of the records, the latest first', DeadLetters) },
    handle: listDeadLetters,
  }),
  route({
    method: 'GET',
    url: '/v1/exchanges',
    summary: 'Archived exchanges, the newest first',
    description:
      'Found by id, by the name of a payment or order (a reference or an id), and by time. Who sees single merchants ' +
      'gives a name or an id, and finds those in which all names are of their orders.',
    roles: READERS,
    scope: 'merchant',
    query: ExchangesQuery,
    answers: {
      200: json('The exchanges, without their bodies', Exchanges, {
        exchange: { to: 'GET /v1/exchanges/:id', by: { id: '$response.body#/exchanges/0/id' } },
      }),
    },
    handle: listExchanges,
  }),
  route({
    method: 'GET',
    url: '/v1/exchanges/:id',
    summary: 'An exchange with its bodies, redacted',
    roles: READERS,
    scope: 'merchant',
    params: IdParams,
    answers: { 200: json('The exchange', Exchange) },
    handle: async (call) => {
      const { parts, params } = call;
      const there = await parts.exchanges.get(params.id);
      const [exchange] = await seenExchanges(call, there === undefined ? [] : [there]);
      if (exchange === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: params.id });
      const { request, response } = exchange;
      const whole = { request: messageView(request), response: response === null ? null : messageView(response) };
      return { status: 200, body: { ...exchangeView(exchange), ...whole } };
    },
  }),
  route({
    method: 'GET',
    url: '/metrics',
    summary: 'The metrics, for Prometheus',
    roles: READERS,
    scope: 'organisation',
    answers: { 200: { description: 'The text format of Prometheus', content: { 'text/plain': z.string() } } },
    handle: async ({ parts }) => ({ status: 200, type: METRICS_TYPE, body: await parts.metricsText() }),
  }),
];

async function listDeadLetters({ parts, query }: Call<unknown, z.output<typeof UnreadQuery>>): Promise<Answer> {
  const { after, limit } = query;
  const { letters, isCut } = (await parts.deadLetters?.list()) ?? { letters: [], isCut: false };
  const shown = letters.slice(after, after + limit).map((letter) => ({ ...letter, at: formatInstant(letter.at) }));
  const end = after + shown.length;
  const next = end < letters.length ? `/v1/dead-letters?after=${end}&limit=${limit}` : null;
  const counts = { is_on_kafka: parts.deadLetters !== null, total: letters.length, is_cut: isCut };
  return { status: 200, body: { ...counts, dead_letters: shown, next } };
}

function reportView({
  account,
  date,
  status,
  due,
  next,
  tries,
  rows,
  rejected,
  isMissing,
  ...row
}: ReportStatus): object {
  const times = { due: formatInstant(due), next: instantOrNull(next) };
  return { account, date, status, ...times, tries, rows, rejected, import: row.import, is_missing: isMissing };
}

function unreadView({ received_at, last_received_at, ...webhook }: UnreadWebhook): object {
  const times = { received_at: formatInstant(received_at), last_received_at: formatInstant(last_received_at) };
  return { ...webhook, ...times };
}

function changeView({ at, ...change }: ReportChange): object {
  return { ...change, at: formatInstant(at) };
}

function instantOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

async function listExchanges(call: Call<unknown, z.output<typeof ExchangesQuery>>): Promise<Answer> {
  const { parts, caller, query } = call;
  const { id, name, from, to, limit } = query;
  if (id === undefined && name === undefined && !hasAllMerchants(caller)) {
    const expected = 'the name of a payment or order, where not all merchants are seen';
    throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'query.name', expected, found: 'none' });
  }
  const found =
    id === undefined
      ? await parts.exchanges.find({
          limit,
          ...(name === undefined ? {} : { name }),
          ...(from === undefined ? {} : { from: parseInstant(from)! }),
          ...(to === undefined ? {} : { to: parseInstant(to)! }),
        })
      : [await parts.exchanges.get(id)];
  const there = await seenExchanges(
    call,
    found.filter((exchange) => exchange !== undefined),
  );
  return { status: 200, body: { exchanges: there.map(exchangeView) } };
}

/** A body that is not text is returned as base64. */
function messageView({ headers, body }: Message): object {
  const bytes = Buffer.from(body);
  const content = bytes.toString();
  return bytes.equals(Buffer.from(content))
    ? { headers, encoding: 'utf8', content }
    : { headers, encoding: 'base64', content: bytes.toString('base64') };
}
