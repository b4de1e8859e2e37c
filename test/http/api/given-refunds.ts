// For tests of proposed refunds: orders that were paid too much, a maker, and people who approve.
import pino from 'pino';
import { expect } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import { RefundRunner } from '../../../src/http/api/cases/refund-runner.ts';
import { gatewayKey } from '../../../src/http/api/gateway-calls.ts';
import { fingerprintOf } from '../../../src/matching/decision-names.ts';
import { factOf, NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { type Desk, withDesk } from './given-cases.ts';

export interface RefundDesk extends Desk {
  /** Browsers of people for all merchants: who proposes, and two who approve. */
  readonly zuri: Readonly<Record<string, string>>;
  readonly wanjiru: Readonly<Record<string, string>>;
  readonly otieno: Readonly<Record<string, string>>;
  /** An order of 1,000.00 that was paid by so much too much, and its case. */
  over(reference: string, by?: string): Promise<{ readonly id: string; readonly finding: string }>;
  /** An order of 180.00 that was paid and then cancelled, whose money was not given back in time. */
  kept(reference: string): Promise<{ readonly id: string; readonly finding: string }>;
  caseOf(reference: string, reason?: string): Promise<{ readonly id: string; readonly finding: string }>;
  propose(by: Readonly<Record<string, string>>, at: { id: string; finding: string }, more?: object): Promise<Answered>;
  answer(by: Readonly<Record<string, string>>, to: Answered, how?: 'approval' | 'rejection'): Promise<Answered>;
  /** What the case shows of its refunds: of each its state in the ledger, and what became of it. */
  shown(id: string): Promise<[state: string, became: string | null, code: string | null][]>;
  /** Until the only refund of the case is in this state. */
  becomes(id: string, state: string): Promise<void>;
}

export const codeOf = ({ status, json }: Answered) => [status, json.code];
export const refundsOf = ({ given }: RefundDesk) => given.gateway.refunds.map((one) => [one.amount, one.paymentId]);
export const keysOf = ({ given }: RefundDesk) => given.gateway.refunds.map(({ idempotencyKey }) => idempotencyKey);
export const keyFor = (reference: string, { json }: Answered) =>
  gatewayKey('refund', { params: { ref: reference }, intent: { merchant: 'shop-1', key: json.id } });
/** Long enough that a refund would have been asked for. */
export const quiet = () => new Promise((resolve) => setTimeout(resolve, 400));
/** The gateway takes nothing for a minute. */
export const limited = () => new GatewayLimited({ where: 'mfs-africa/main' }, NOON + 60_000);

/** The rows stay, and the work goes on with them. */
export async function startAnew({ given: { parts } }: RefundDesk): Promise<void> {
  const before = parts.refundWork as RefundRunner;
  const next = new RefundRunner({ ...parts, logger: pino({ level: 'silent' }) });
  Object.assign(parts, { refundWork: next });
  await before.stop();
  next.wake();
}

/** What the gateway says of a refund; of one that names no payment, `of` is null. */
export const returned = (
  reference: string,
  id: string,
  amount: string,
  of: string | null = `P-${reference}`,
  event = 'refund.success',
) =>
  factOf('callbacks', {
    ...{ id: `ev-${id}-${event}`, event, created_at: '2026-06-01T11:50:00Z' },
    data: {
      ...{ transaction_reference: reference, transaction_id: id, amount, currency: 'KES' },
      ...(of === null ? {} : { original_transaction_id: of }),
    },
  });

export const withRefunds = (work: (desk: RefundDesk) => Promise<void>) =>
  withDesk(async (desk) => {
    const { given, post } = desk;
    const auditor = given.key('auditor', '*');
    const caseOf = async (reference: string, reason = 'AMOUNT_OVER') => {
      const { json } = await given.ask({ url: `/v1/transactions/${reference}`, key: auditor });
      const finding = json.findings.find((one: { reason: string }) => one.reason === reason);
      const { stage, subject } = finding;
      return {
        id: caseId({ key: reference, stage, reason: finding.reason, subject }),
        finding: fingerprintOf(finding),
      };
    };
    const shown: RefundDesk['shown'] = async (id) => {
      const { json } = await given.ask({ url: `/v1/cases/${id}`, key: auditor });
      return json.proposals
        .filter(({ kind }: { kind: string }) => kind === 'refund')
        .map(({ state, refund }: { state: string; refund: { state: string; code: string } | null }) => {
          return [state, refund?.state ?? null, refund?.code ?? null];
        });
    };
    const all = (name: string, role: 'operator' | 'approver') => given.browserOf(name, { role, merchant: '*' });
    await work({
      ...desk,
      ...{ zuri: all('Zuri', 'operator'), wanjiru: all('Wanjiru', 'approver'), otieno: all('Otieno', 'approver') },
      ...{ caseOf, shown },
      over: async (reference, by = '300.00') => {
        const amount = (1_000 + Number(by)).toFixed(2);
        await given.ledger.writer.append([order(reference), paid(reference, { data: { amount } })]);
        return caseOf(reference);
      },
      kept: async (reference) => {
        const placed_at = '2026-05-01T11:00:00Z';
        const ended = { status: 'cancelled', status_at: '2026-05-02T11:00:00Z' };
        const data = { amount: '180.00', completed_at: '2026-05-01T11:05:00Z' };
        await given.ledger.writer.append([
          order(reference, { amount: '180.00', placed_at, ...ended }),
          paid(reference, { data }),
        ]);
        return caseOf(reference, 'CANCELLED_BUT_PAID');
      },
      propose: (by, { id, finding }, more = {}) => {
        return post(by, `/v1/cases/${id}/proposals`, { finding, kind: 'refund', cause: 'customer_error', ...more });
      },
      answer: (by, { json: { id, content } }, how = 'approval') => {
        return post(by, `/v1/proposals/${id}/${how}`, { content, text: 'seen' });
      },
      becomes: async (id, state) => {
        await expect.poll(async () => (await shown(id))[0]?.[1], { timeout: 20_000 }).toBe(state);
      },
    });
  });
