// For tests of closes: a Monday with two orders, looked at on Wednesday, and two people who close it.
import { factOf, order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { type Desk, withDesk } from './given-cases.ts';

export const [MONDAY, TUESDAY, WEDNESDAY] = ['2026-06-01', '2026-06-02', '2026-06-03'] as const;
export const DAY_MILLIS = 86_400_000;

export const settled = (reference: string, date: string) =>
  factOf('settlements', {
    ...{
      transaction_reference: reference,
      transaction_id: `P-${reference}`,
      type: 'payment',
      line_id: `L-${reference}`,
    },
    ...{ amount_received: '1000.00', fee_deduction: '15.005', currency: 'KES', settlement_date: date },
  });

export interface Closing extends Desk {
  readonly zhang: Record<string, string>;
  readonly wanjiru: Record<string, string>;
  propose(day: string, body?: object, by?: Record<string, string>): Promise<Answered>;
  approve(proposal: Answered, by?: Record<string, string>): Promise<Answered>;
  close(day: string): Promise<Answered>;
  /** The statement of shop-1. */
  statement(day: string): Promise<Answered['json']>;
}

/** On Wednesday: on Monday one order was paid and settled, another was only paid. */
export const withClosing = (work: (closing: Closing) => Promise<void>) =>
  withDesk(async (desk) => {
    const { given, post } = desk;
    const browser = (name: string, ...roles: ('operator' | 'approver')[]) =>
      given.browserOf(name, ...roles.map((role) => ({ role, merchant: '*' })));
    await given.ledger.writer.append([order('A-1'), paid('A-1'), order('A-2'), paid('A-2'), settled('A-2', MONDAY)]);
    await given.ledger.loop.catchUp();
    given.clock.at += 2 * DAY_MILLIS;
    const [zhang, wanjiru] = [browser('Zhang Wei', 'operator'), browser('Wanjiru', 'approver')];
    const closing: Closing = {
      ...{ ...desk, zhang, wanjiru },
      propose: (day, body = {}, by = zhang) => post(by, `/v1/periods/${day}/proposals`, body),
      approve: ({ json }, by = wanjiru) =>
        post(by, `/v1/proposals/${json.id}/approval`, { content: json.content, text: 'read' }),
      close: async (day) => closing.approve(await closing.propose(day)),
      statement: async (day) => {
        const key = given.key('auditor', '*');
        const { json } = await given.ask({ url: `/v1/statements/${day}?merchant=shop-1`, key });
        return json.statements[0];
      },
    };
    await work(closing);
  });
