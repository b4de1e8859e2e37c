// Errors of requests to the API and of webhooks, as their answers say them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRules } from '../../src/matching/rules.ts';
import { type Asked, type Given, givenApi, OWN_PAGE } from '../http/api/given-api.ts';
import { type Team, withTeam } from '../http/api/given-approvals.ts';
import { proposing } from '../http/api/given-cases.ts';
import { type Given as GivenWebhooks, givenWebhooks, payment, signed } from '../http/webhooks/given.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import type { Provocation, Provocations } from './provocation.ts';

const ORDER = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '500.00', currency: 'KES' };
const PLACE = { method: 'POST', url: '/v1/orders', json: ORDER } as const;
const PAYMENT = { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' };
const PAY = { method: 'POST', url: '/v1/orders/A-1/payments', json: PAYMENT } as const;
const SIGN_IN = { method: 'POST', url: '/v1/session', json: { name: 'Asha', password: 'not hers' } } as const;
const INVITE = { method: 'POST', url: '/v1/session/invite', json: { invite: 'hsi_0' } } as const;
const PERSON = { name: 'Asha', mail: null, language: 'en', zone: 'UTC', grants: [] } as const;

/** The answer to the last request; those before it were taken. Unless a request has its own, the key is of shop-1. */
const answer =
  (...requests: readonly Asked[]): Provocation =>
  () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      let line = '';
      for (const request of requests) line = await problem(given, { key, ...request });
      return line;
    });

async function problem(given: Given, request: Asked): Promise<string> {
  const { json } = await given.ask(request);
  return `${json?.code}: ${json?.detail}`;
}

/** The answer to the last step of two people. What each run makes anew is left out. */
const decision =
  (step: (team: Team) => ReturnType<Team['refund']>): Provocation =>
  async () => {
    let line = '';
    await withTeam(async (team) => {
      const { json } = await step(team);
      line = `${json?.code}: ${json?.detail}`
        .replace(/: \d[\w-]{15,}: /, ': ID: ')
        .replaceAll(/\b[\da-f]{64}\b/g, 'SHA256');
    });
    return line;
  };

/** The answer to the last step about a case. */
const deciding =
  (step: Parameters<typeof proposing>[0]): Provocation =>
  () =>
    proposing(step);

type RequestCode =
  | 'HESABU_REQUEST_INVALID'
  | 'HESABU_UNAUTHORISED'
  | 'HESABU_FORBIDDEN'
  | 'HESABU_SIGN_IN_REFUSED'
  | 'HESABU_INVITE_INVALID'
  | 'HESABU_PASSWORD_WEAK'
  | 'HESABU_ORIGIN_REFUSED'
  | 'HESABU_PERSON_MISSING'
  | 'HESABU_SAME_PERSON'
  | 'HESABU_SIGN_IN_NEEDED'
  | 'HESABU_DECISION_KEY_UNKNOWN'
  | 'HESABU_CASE_CHANGED'
  | 'HESABU_PREVIEW_GONE'
  | 'HESABU_BATCH_FINAL'
  | 'HESABU_DAY_NOT_READY'
  | 'HESABU_APPROVAL_DECIDED'
  | 'HESABU_APPROVAL_LOST'
  | 'HESABU_METHOD_NOT_ALLOWED'
  | 'HESABU_IDEMPOTENCY_MISSING'
  | 'HESABU_IDEMPOTENCY_REUSED'
  | 'HESABU_IDEMPOTENCY_BUSY'
  | 'HESABU_ORDER_EXISTS'
  | 'HESABU_ORDER_CLOSED'
  | 'HESABU_PAYMENT_UNDER_WAY'
  | 'HESABU_OPERATOR_UNKNOWN'
  | 'HESABU_PROVIDER_CANNOT'
  | 'HESABU_CURSOR_INVALID';

export const REQUESTS: Provocations<RequestCode> = {
  HESABU_REQUEST_INVALID: answer({ ...PLACE, idempotencyKey: 'k-1', json: { ...ORDER, ip: 'localhost' } }),
  HESABU_UNAUTHORISED: answer({ url: '/v1/entries', key: 'hsb_unknown' }),
  HESABU_FORBIDDEN: answer({ url: '/v1/alerts' }),
  HESABU_SIGN_IN_REFUSED: answer({ ...SIGN_IN, headers: OWN_PAGE }),
  HESABU_INVITE_INVALID: answer({ ...INVITE, headers: OWN_PAGE }),
  HESABU_PASSWORD_WEAK: () =>
    givenApi(async (given) => {
      const { invite } = given.parts.people.create(PERSON, given.clock.now());
      return problem(given, { ...INVITE, json: { invite, password: 'too short' }, headers: OWN_PAGE });
    }),
  HESABU_ORIGIN_REFUSED: answer({ ...SIGN_IN, headers: { ...OWN_PAGE, origin: 'https://example.net' } }),
  HESABU_PERSON_MISSING: decision(({ given, refund }) => refund(given.key('operator', '*'))),
  HESABU_SAME_PERSON: decision(async ({ given, asha, refund, decide }) => {
    const { id } = (await refund(asha)).json;
    return decide(given.keyOf('Asha', 'approver', '*'), id);
  }),
  HESABU_SIGN_IN_NEEDED: deciding(async ({ given, operator, short, post }) => {
    const { id, finding } = await short('A-1', '300.00');
    const { json } = await post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'explain', cause: 'timing' });
    const key = given.keyOf('p-wanjiru', 'approver', '*');
    return post(key, `/v1/proposals/${json.id}/approval`, { content: json.content });
  }),
  HESABU_DECISION_KEY_UNKNOWN: deciding(async ({ given, operator, short, post }) => {
    const { id, finding } = await short('A-1', '300.00');
    given.ledger.loop.rules = parseRules({});
    return post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'explain', cause: 'timing' });
  }),
  HESABU_CASE_CHANGED: deciding(async ({ operator, short, post }) => {
    const { id } = await short('A-1', '300.00');
    const seen = { finding: '9f86d081'.repeat(8), kind: 'explain', cause: 'timing' };
    return post(operator, `/v1/cases/${id}/proposals`, seen);
  }),
  HESABU_PREVIEW_GONE: deciding(({ operator, post }) => post(operator, '/v1/cases/bulk', { token: 'A'.repeat(32) })),
  HESABU_BATCH_FINAL: deciding(async ({ operator, short, post }) => {
    await short('A-1', '300.00');
    const asked = { act: { act: 'note', text: 'asked the bank' }, filter: {} };
    const { token } = (await post(operator, '/v1/cases/bulk/preview', asked)).json;
    const { id } = (await post(operator, '/v1/cases/bulk', { token }, 'bulk-1')).json;
    return post(operator, `/v1/batches/${id}/withdrawal`, {});
  }),
  HESABU_DAY_NOT_READY: deciding(async ({ given, post, short }) => {
    await short('A-1', '300.00');
    const zhang = given.browserOf('Zhang Wei', { role: 'operator', merchant: '*' });
    return post(zhang, '/v1/periods/2026-06-01/proposals', {});
  }),
  HESABU_APPROVAL_DECIDED: decision(async ({ asha, juma, neema, refund, decide }) => {
    const { id } = (await refund(asha)).json;
    await decide(juma, id, 'refuse');
    return decide(neema, id);
  }),
  HESABU_APPROVAL_LOST: decision(async ({ given, asha, juma, decide }) => {
    const upload = { method: 'POST', url: '/v1/imports?kind=polls&name=may.jsonl', key: asha, payload: 'x' } as const;
    const { id } = (await given.ask({ ...upload, headers: { 'content-type': 'application/x-ndjson' } })).json;
    writeFileSync(join(given.parts.approvalDir, id), 'y');
    return decide(juma, id);
  }),
  HESABU_METHOD_NOT_ALLOWED: answer({ method: 'DELETE', url: '/v1/orders/SC-1042/refunds' }),
  HESABU_IDEMPOTENCY_MISSING: answer(PLACE),
  HESABU_IDEMPOTENCY_REUSED: answer(
    { ...PLACE, idempotencyKey: 'k-1' },
    { ...PLACE, idempotencyKey: 'k-1', json: { ...ORDER, amount: '700.00' } },
  ),
  HESABU_IDEMPOTENCY_BUSY: () =>
    givenApi(async (given) => {
      const request = { ...PLACE, key: given.key('shop', 'shop-1'), idempotencyKey: 'k-1' };
      const lines = await Promise.all([problem(given, request), problem(given, request)]);
      return lines.find((line) => line.startsWith('HESABU_'));
    }),
  HESABU_ORDER_EXISTS: answer(
    { ...PLACE, idempotencyKey: 'k-1' },
    { ...PLACE, idempotencyKey: 'k-2', json: { ...ORDER, amount: '700.00' } },
  ),
  HESABU_ORDER_CLOSED: answer(
    { ...PLACE, idempotencyKey: 'k-1' },
    { method: 'POST', url: '/v1/orders/A-1/cancel', idempotencyKey: 'k-2' },
    { ...PAY, idempotencyKey: 'k-3' },
  ),
  HESABU_PAYMENT_UNDER_WAY: answer(
    { ...PLACE, idempotencyKey: 'k-1' },
    { ...PAY, idempotencyKey: 'k-2' },
    { ...PAY, idempotencyKey: 'k-3' },
  ),
  HESABU_OPERATOR_UNKNOWN: answer(
    { ...PLACE, idempotencyKey: 'k-1' },
    { ...PAY, idempotencyKey: 'k-2', json: { ...PAYMENT, operator: 'mpesa' } },
  ),
  HESABU_PROVIDER_CANNOT: () =>
    givenApi(async (given) => {
      Object.assign(given.gateway, { provider: 'tiny', refund: undefined });
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      const refund = { method: 'POST', url: '/v1/orders/A-1/refunds', json: { reason: 'returned' } } as const;
      return problem(given, { ...refund, idempotencyKey: 'k-1', key: given.key('operator', 'shop-1') });
    }),
  HESABU_CURSOR_INVALID: () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1')]);
      return problem(given, { url: '/v1/entries?after=17', key: given.key('auditor', '*') });
    }),
};

/** The answer to a delivery. */
const delivery =
  (send: (given: GivenWebhooks) => ReturnType<GivenWebhooks['send']>): Provocation =>
  async () => {
    let line = '';
    await givenWebhooks(async (given) => {
      const { json } = await send(given);
      line = `${json?.code}: ${json?.detail}`;
    });
    return line;
  };

export const WEBHOOKS: Provocations<
  | 'HESABU_SIGNATURE_INVALID'
  | 'HESABU_SIGNATURE_STALE'
  | 'HESABU_BODY_TOO_LARGE'
  | 'HESABU_OVERLOADED'
  | 'HESABU_RATE_LIMITED'
> = {
  HESABU_SIGNATURE_INVALID: delivery(({ send }) => send(payment('1'), signed(payment('2')))),
  HESABU_SIGNATURE_STALE: delivery(({ send, clock }) => {
    const headers = signed(payment('1'));
    clock.at += 15 * 60_000;
    return send(payment('1'), headers);
  }),
  HESABU_BODY_TOO_LARGE: delivery(({ send }) => send('x'.repeat(1024 * 1024 + 1))),
  HESABU_RATE_LIMITED: delivery(async (given) => {
    given.rates.account = { per_second: 1, burst: 1 };
    const [, refused] = await Promise.all([given.send(payment('1')), given.send(payment('2'))]);
    return refused;
  }),
  HESABU_OVERLOADED: delivery((given) => {
    given.waitingMax = 0;
    return given.send(payment('1'));
  }),
};
