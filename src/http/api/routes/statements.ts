// The routes of a day's statements: what the gateway owed, what moved and what explains it, and the rows of a figure.

import { z } from 'zod';
import { dayOfDate } from '../../../domain/calendar.ts';
import { formatInstant } from '../../../domain/time.ts';
import type { ClosedDay } from '../../../projections/closed-days.ts';
import { amountText, isStatementLine, STATEMENT_LINES, type Statement } from '../../../projections/statement-view.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import { bookedDay } from '../booked-day.ts';
import { actorView } from '../decision-call.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, currency, day, merchantName, text } from '../schemas/basic.ts';
import { StatementLines, Statements } from '../schemas/statements.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;

const DayParams = z.strictObject({ day });
const filters = { merchant: merchantName.optional(), provider: text.optional(), currency: currency.optional() };
const DayQuery = z.strictObject(filters);
const LinesQuery = z.strictObject({
  ...filters,
  /** As a statement names it: `received`, `total:settled`, `closing`, `pending`, a reason. */
  line: text
    .refine(isStatementLine, 'expected a line of a statement')
    .meta({ enum: STATEMENT_LINES, examples: ['received'] }),
  /** The key after which the page begins. */
  after: text.optional(),
  limit: count(1, 1_000, 100),
});

export const STATEMENT_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/statements/:day',
    summary: 'The statements of a day: what gateways owed, what moved, what they owe, and what explains it',
    description:
      'Sums of days are prepared after a start and after new rules: until then it may be refused, with how far that ' +
      'is. An answer is kept for a short time. Of a closed day it is as it was frozen; what came later of it is in ' +
      '`late` of the first day that is open.',
    roles: READERS,
    scope: 'merchant',
    params: DayParams,
    query: DayQuery,
    answers: { 200: json('By merchant, network and currency', Statements) },
    handle: showStatements,
  }),
  route({
    method: 'GET',
    url: '/v1/statements/:day/lines',
    summary: 'What a figure of the statements of a day is the sum of, by page',
    description: 'It is worked out from the same sums as the statements, and kept for a short time.',
    roles: READERS,
    scope: 'merchant',
    params: DayParams,
    query: LinesQuery,
    answers: {
      200: json('A page of keys, each with all of its rows', StatementLines, {
        transaction: { to: 'GET /v1/transactions/:id', by: { id: '$response.body#/rows/0/key' } },
      }),
    },
    handle: showLines,
  }),
];

type DayCall = Call<z.output<typeof DayParams>, z.output<typeof DayQuery>>;

async function showStatements({ parts, caller, params, query }: DayCall): Promise<Answer> {
  const { asOf, over, zone, statements } = await bookedDay(parts, params.day);
  const isAsked = (name: 'merchant' | 'provider' | 'currency', value: string) => (query[name] ?? value) === value;
  const shown = statements.filter(({ statement: one }) => {
    const isOwn = mayTouch(caller, one.merchant) && isAsked('merchant', one.merchant);
    return isOwn && isAsked('provider', one.provider) && isAsked('currency', one.currency);
  });
  const views = shown.map(({ statement, closed }) => ({ ...statement, closed: closeOf(closed, statement) }));
  return { status: 200, body: { day: params.day, zone, as_of: formatInstant(asOf), over, statements: views } };
}

/** Of a closed day: who closed it, and the hash of the file that it was frozen in. */
function closeOf(closed: ClosedDay | null, { provider, currency }: Statement): object | null {
  if (closed === null) return null;
  const { merchant, close, statements } = closed;
  const file = statements.find((one) => one.provider === provider && one.currency === currency);
  const { sha256 = '', entry = null } = file ?? {};
  return { merchant, sha256, entry, by: actorView(close.proposal), approved: actorView(close.approval!) };
}

type LinesCall = Call<z.output<typeof DayParams>, z.output<typeof LinesQuery>>;

async function showLines({ parts: { ledger }, caller, params, query }: LinesCall): Promise<Answer> {
  await ledger.loop.catchUp();
  const { limit } = query;
  const merchants = hasAllMerchants(caller) ? null : caller.merchants;
  const found = await ledger.statements.rows({ ...query, merchants, day: dayOfDate(params.day) });
  const last = found.rows[limit - 1]?.key;
  // What is beyond the limit says that there is more.
  const shown = last === undefined ? found.rows : found.rows.filter(({ key }) => key <= last);
  const rows = shown.map(({ partition: _, amount, ...row }) => ({ ...row, amount: amountText(amount, row.currency) }));
  const sums = [...found.sums].sort().map(([code, sum]) => ({ currency: code, sum: amountText(sum, code) }));
  const next = shown.length < found.rows.length ? last : null;
  return { status: 200, body: { day: params.day, line: query.line, sums, rows, next } };
}
