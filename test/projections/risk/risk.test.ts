// The read model of risk over a log: incremental, in one pass, or around one order, the result is the same.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, PaymentObserved } from '../../../src/domain/fact.ts';
import { MemoryLog } from '../../../src/log/memory.ts';
import { BatchBuilder } from '../../../src/log/value-frames.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { LiveRisk, riskAround, riskBefore } from '../../../src/projections/risk/risk.ts';

const T0 = Date.parse('2026-06-01T10:00:00Z');
const HOUR = 3_600_000;
const RULES = parseRules({ risk: { window: 'PT2H', keep: 'PT24H', same_device: 3, same_phone: 3 } });
const EMPTY = { account: null, stated_at: null, import_id: 0, report: null, line: null, payout: null };
const NAMES = { provider: 'mfs-africa', forwarded: false, ...EMPTY, raw: '1/1' };

function order(reference: string, at: number, device: string | null): Fact {
  return {
    ...NAMES,
    id: `order:${reference}`,
    merchant: 'duka',
    transaction_reference: reference,
    received_at: at,
    occurred_at: at,
    body: {
      ...{ type: 'OrderPlaced', amount: '10.00', currency: 'KES', placed_at: at, expires_at: null },
      ...{ status: 'awaiting_payment', status_at: null, order_number: null, country: 'KE', operator: null },
      ...{ msisdn: null, ip: null, device },
    },
  };
}

function poll(reference: string, at: number, more: Partial<PaymentObserved>): Fact {
  return {
    ...NAMES,
    id: `mfs-africa:poll:#${reference}`,
    merchant: '',
    transaction_reference: reference,
    received_at: at,
    occurred_at: at,
    body: {
      ...{ type: 'PaymentObserved', via: 'poll', kind: 'payment', status: 'initiated', word: null, amount: null },
      ...{ currency: null, fee: null, operator: null, msisdn: null, provider_transaction_id: 'T', request_id: null },
      ...{ operator_transaction_id: null, original_transaction_id: null },
      ...more,
    },
  };
}

async function append(log: MemoryLog, facts: readonly Fact[]): Promise<void> {
  for (const [at, fact] of facts.entries()) {
    const builder = new BatchBuilder();
    builder.addFact(fact);
    const topic = fact.body.type === 'OrderPlaced' ? 'orders.v1' : 'polls.v1';
    await log.append([{ topic, partition: at % log.partitions, source: 0, ...builder.take() }]);
  }
}

describe('people who are forgotten', () => {
  it('are no one whom orders could share', async () => {
    const log = new MemoryLog(1);
    const payer = { msisdn: 'KE:forgotten', ip: 'forgotten', device: 'forgotten' };
    for (const reference of ['A', 'B', 'C']) {
      const { body, ...about } = order(reference, T0, null);
      await append(log, [{ ...about, body: { ...body, ...payer } as Fact['body'] }]);
      await append(log, [poll(reference, T0, { msisdn: payer.msisdn })]);
    }
    expect(riskBefore(log, RULES, T0 + HOUR)).toEqual([]);
  });
});

describe('a running service', () => {
  it('continues from its position', async () => {
    const log = new MemoryLog(2);
    const risk = new LiveRisk(
      log,
      () => RULES,
      () => T0,
    );
    await append(log, [order('R1', T0, 'd'), order('R2', T0, 'd')]);
    expect(risk.signalsOf('R1')).toEqual([]);
    await append(log, [order('R3', T0 + HOUR, 'd')]);
    expect(risk.signalsOf('R1').map(({ signal, count }) => [signal, count])).toEqual([['SAME_DEVICE', 3]]);
    expect(risk.signalsOf('R4')).toEqual([]);
  });

  it('takes phones from started payments, and from no other poll', async () => {
    const log = new MemoryLog(1);
    const risk = new LiveRisk(
      log,
      () => RULES,
      () => T0,
    );
    await append(
      log,
      ['R1', 'R2', 'R3', 'R4'].map((reference) => order(reference, T0, null)),
    );
    await append(log, [
      poll('R1', T0, { msisdn: 'UG:p' }),
      poll('R2', T0, { msisdn: 'UG:p', status: 'pending' }),
      poll('R3', T0, { msisdn: 'UG:p', kind: 'refund' }),
      poll('R4', T0, { operator: 'MTN_UG' }),
    ]);
    expect(risk.signalsOf('R1').map(({ signal, observed }) => [signal, observed])).toEqual([['PHONE_COUNTRY', 'UG']]);
    expect(['R2', 'R3', 'R4'].flatMap((reference) => risk.signalsOf(reference))).toEqual([]);
  });

  it('forgets with its clock, and starts again under other rules', async () => {
    const log = new MemoryLog(1);
    let [now, rules] = [T0, RULES];
    const risk = new LiveRisk(
      log,
      () => rules,
      () => now,
    );
    await append(log, [order('R1', T0, 'd'), order('R2', T0, 'd'), order('R3', T0 + HOUR, 'd')]);
    risk.readOn();
    rules = parseRules({ risk: { same_device: 4 } });
    expect(risk.signalsOf('R1')).toEqual([]);
    rules = parseRules({ risk: { window: 'PT2H', keep: 'PT24H', same_device: 3, same_phone: 3 } });
    expect(risk.signalsOf('R1')).toHaveLength(1);
    now = T0 + 30 * HOUR;
    expect(risk.signalsOf('R1')).toEqual([]);
  });
});

describe('a report', () => {
  it("covers the rules' retention, and counts orders that a window reaches back to", async () => {
    const log = new MemoryLog(3);
    await append(log, [order('R1', T0, 'd'), order('R2', T0 + HOUR, 'd'), order('R3', T0 + 2 * HOUR, 'd')]);
    const told = riskBefore(log, RULES, T0 + 25 * HOUR);
    expect(told.map((one) => [one.transaction_reference, one.signals[0]!.count])).toEqual([
      ['R2', 3],
      ['R3', 3],
    ]);
  });
});

describe('an order', () => {
  it('has the same signals as in the full report', async () => {
    const device = fc.constantFrom('a', 'b', null);
    const about = fc.record({ at: fc.nat(20).map((halves) => T0 + (halves * HOUR) / 2), device });
    await fc.assert(
      fc.asyncProperty(fc.array(about, { maxLength: 25 }), async (list) => {
        const log = new MemoryLog(2);
        await append(
          log,
          list.map((one, at) => order(`R${at}`, one.at, one.device)),
        );
        const all = riskBefore(log, RULES, T0 + 12 * HOUR);
        const alone = list.map((one, at) => ({ key: `R${at}`, signals: riskAround(log, RULES, `R${at}`, one.at) }));
        const told = new Map(all.map((one) => [one.transaction_reference, one.signals]));
        for (const { key, signals } of alone) expect(signals).toEqual(told.get(key) ?? []);
      }),
    );
  });
});
