// Risk signals: which orders are worth a review, in any order of arrival.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRules } from '../../../src/matching/rules.ts';
import { riskCriteria } from '../../../src/projections/risk/criteria.ts';
import { type Initiation, OrderBook, type RiskOrder } from '../../../src/projections/risk/order-book.ts';

const T0 = Date.parse('2026-06-01T10:00:00Z');
const MINUTE = 60_000;

const RISK = { window: 'PT1H', same_device: 3, same_ip: 3, same_phone: 3, burst: { orders: 4, window: 'PT1M' } };

function given(orders: Partial<RiskOrder>[], initiations: Partial<Initiation>[] = [], risk: object = RISK) {
  const rules = parseRules({ review: { threshold: { KES: '10000', XOF: '1000' } }, risk });
  const book = new OrderBook(riskCriteria(rules));
  const whole = { merchant: 'm1', amount: '100.00', currency: 'KES', country: null, operator: null } as const;
  const none = { msisdn: null, ip: null, device: null, placed_at: T0 } as const;
  orders.forEach((order, at) => {
    book.addOrder({ ...whole, ...none, reference: `R${at}`, ...order });
  });
  for (const one of initiations) book.addInitiation({ reference: 'R0', at: T0, msisdn: null, operator: null, ...one });
  return book;
}

/** This many orders, this far apart. */
function spaced(count: number, minutes: number, order: Partial<RiskOrder>): Partial<RiskOrder>[] {
  return Array.from({ length: count }, (_, at) => ({ ...order, placed_at: T0 + at * minutes * MINUTE }));
}

describe('a value that orders share', () => {
  it.each([
    ['SAME_DEVICE', { device: 'd' }],
    ['SAME_IP', { ip: 'i' }],
    ['SAME_PHONE', { msisdn: 'KE:p' }],
  ])("%s: a signal from the rules' number within a window, for the first order as for the last", (signal, order) => {
    const book = given(spaced(3, 30, order));
    for (const reference of ['R0', 'R1', 'R2']) {
      expect(book.signalsOf(reference)).toEqual([
        { signal, count: 3, observed: '3', threshold: '3', window: 'PT1H', since: T0, others: 2 },
      ]);
    }
  });

  it('is no signal with fewer orders, or further apart than the window', () => {
    expect(given(spaced(2, 1, { device: 'd' })).all(0, Number.MAX_VALUE)).toEqual([]);
    expect(given(spaced(9, 31, { device: 'd' })).all(0, Number.MAX_VALUE)).toEqual([]);
  });

  it('is no signal across shops', () => {
    const orders = spaced(4, 1, { device: 'd', ip: 'i', msisdn: 'KE:p' });
    expect(given(orders.map((one, at) => ({ ...one, merchant: `m${at % 2}` }))).signalsOf('R0')).toEqual([]);
  });

  it('counts an order once, however often it is sent', () => {
    const again = spaced(1, 1, { device: 'd' });
    expect(given([...again, ...again, ...again].map((one) => ({ ...one, reference: 'R0' }))).signalsOf('R0')).toEqual(
      [],
    );
  });

  it('reports the densest window and its start', () => {
    const minutes = [0, 50, 70, 80, 200];
    const book = given(minutes.map((at) => ({ device: 'd', placed_at: T0 + at * MINUTE })));
    const counts = minutes.map((_, at) => book.signalsOf(`R${at}`).map(({ count, since }) => [count, since]));
    const later = T0 + 50 * MINUTE;
    expect(counts).toEqual([[], [[3, later]], [[3, later]], [[3, later]], []]);
  });

  it('includes the phones of started payments', () => {
    const book = given(
      spaced(3, 5, {}),
      [0, 1, 2].map((at) => ({ reference: `R${at}`, msisdn: 'KE:p' })),
    );
    expect(book.signalsOf('R1').map(({ signal, count }) => [signal, count])).toEqual([['SAME_PHONE', 3]]);
  });
});

describe('a burst', () => {
  it('is many orders of a shop in a short time', () => {
    const times = [0, 0, 1_000, 60_000, 300_000];
    const book = given(times.map((at) => ({ placed_at: T0 + at })));
    const signals = times.map((_, at) =>
      book.signalsOf(`R${at}`).map(({ signal, count, window }) => [signal, count, window]),
    );
    const burst = [['BURST', 4, 'PT1M']];
    expect(signals).toEqual([burst, burst, burst, burst, []]);
  });
});

describe('a phone of another country', () => {
  it.each([
    [{ msisdn: 'UG:p', country: 'KE' }, ['UG', 'KE']],
    [{ msisdn: 'KE:p', country: 'KE' }, undefined],
    [{ msisdn: '??:p', country: 'KE' }, undefined],
    [{ msisdn: 'UG:p', country: null }, undefined],
    [{ msisdn: 'UG:p', operator: 'AIRTEL_TZ' }, ['UG', 'TZ']],
    [{ msisdn: 'UG:p', operator: 'airtel-tz' }, ['UG', 'TZ']],
    [{ msisdn: 'KE:p', operator: 'mpesa-ke' }, undefined],
    [{ msisdn: 'UG:p', operator: 'MTN_XA' }, undefined],
    [{ msisdn: 'UG:p', operator: 'wallet-v2' }, undefined],
    [{ msisdn: 'UG:p', operator: 'MPESA' }, ['UG', 'KE']],
    [{ msisdn: 'UG:p', operator: 'WAVE' }, undefined],
    [{ msisdn: 'KE:p', country: 'KE', operator: 'AIRTEL_TZ' }, ['KE', 'TZ']],
  ])('%j: %j', (order, expected) => {
    const signals = given([order], [], { operators: { MPESA: 'KE' } }).signalsOf('R0');
    const [observed, threshold] = expected ?? [];
    const all = { signal: 'PHONE_COUNTRY', count: null, observed, threshold, window: null, since: T0, others: 0 };
    expect(signals).toEqual(expected === undefined ? [] : [all]);
  });

  it('may also be one of a started payment', () => {
    const book = given([{ msisdn: 'KE:p', country: 'KE' }], [{ msisdn: 'UG:q' }]);
    expect(book.signalsOf('R0').map(({ observed, threshold }) => [observed, threshold])).toEqual([['UG', 'KE']]);
  });
});

describe('an amount just below the review threshold', () => {
  it.each([
    ['9499.99', 'KES', false],
    ['9500.00', 'KES', true],
    ['9999.99', 'KES', true],
    ['10000.00', 'KES', false],
    ['975', 'XOF', true],
    ['9999.99', 'GHS', false],
  ])('%s %s: %s', (amount, currency, isNear) => {
    const threshold = currency === 'KES' ? '10000 KES' : '1000 XOF';
    const observed = `${amount} ${currency}`;
    const signal = { signal: 'NEAR_THRESHOLD', count: null, observed, threshold, window: null, since: T0, others: 0 };
    expect(given([{ amount, currency }]).signalsOf('R0')).toEqual(isNear ? [signal] : []);
  });

  it('is as near as the rules define', () => {
    const orders = [{ amount: '9800.00' }, { amount: '9950.00' }];
    const near = given(orders, [], { near_threshold: '0.5' }).all(0, Number.MAX_VALUE);
    expect(near.map((one) => one.transaction_reference)).toEqual(['R1']);
    expect(given(orders, [], { near_threshold: '0' }).all(0, Number.MAX_VALUE)).toEqual([]);
  });
});

describe('time', () => {
  it('forgets orders older than the rules keep, as if they had never existed', () => {
    const orders = spaced(6, 20, { device: 'd', ip: 'i', msisdn: 'UG:p', country: 'KE' });
    const before = T0 + 45 * MINUTE;
    const book = given(orders);
    book.forget(before);
    expect(book.signalsOf('R0')).toEqual([]);
    const fresh = given(
      orders.map((order, at) => ({ ...order, reference: `R${at}` })).filter((one) => one.placed_at! >= before),
    );
    expect(book.all(0, Number.MAX_VALUE)).toEqual(fresh.all(0, Number.MAX_VALUE));
    expect(book.all(0, Number.MAX_VALUE)).toHaveLength(3);
  });

  it('limits what is reported, not what is counted', () => {
    const book = given(spaced(3, 30, { device: 'd' }));
    const told = book.all(T0 + MINUTE, T0 + 30 * MINUTE);
    expect(told.map((one) => [one.transaction_reference, one.signals[0]?.count])).toEqual([['R1', 3]]);
  });
});

describe('in any order of arrival', () => {
  const letter = fc.constantFrom('a', 'b', null);
  const order = fc.record({
    reference: fc.constantFrom(...Array.from({ length: 12 }, (_, at) => `R${at}`)),
    merchant: fc.constantFrom('m1', 'm2'),
    placed_at: fc.nat(8).map((at) => T0 + at * 15 * MINUTE),
    amount: fc.constantFrom('9700.00', '10.00'),
    msisdn: fc.constantFrom('KE:p', 'UG:q', null),
    country: fc.constantFrom('KE', null),
    operator: fc.constantFrom('AIRTEL_TZ', null),
    ip: letter,
    device: letter,
  });
  const initiation = fc.record({
    reference: fc.constantFrom('R0', 'R1', 'R2', 'R9'),
    at: fc.constant(T0),
    msisdn: fc.constantFrom('KE:p', 'UG:q', 'TZ:r', null),
    operator: fc.constantFrom('MTN_UG', null),
  });

  it('the signals are the same', () => {
    const both = fc.tuple(fc.array(order, { maxLength: 30 }), fc.array(initiation, { maxLength: 5 }));
    const shuffled = both.chain(([orders, begun]) => {
      const all = [...orders.map((one) => ({ order: one })), ...begun.map((one) => ({ begun: one }))];
      const mixed = fc.shuffledSubarray(all, { minLength: all.length });
      return fc.tuple(fc.constant(all), mixed);
    });
    const told = (all: readonly ({ order: Partial<RiskOrder> } | { begun: Partial<Initiation> })[]) => {
      const book = given([]);
      const rest = { currency: 'KES', merchant: '' };
      for (const one of all) {
        if ('order' in one) book.addOrder({ ...rest, ...one.order } as RiskOrder);
        else book.addInitiation(one.begun as Initiation);
      }
      return book.all(0, Number.MAX_VALUE);
    };
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        expect(told(mixed)).toEqual(told(all));
      }),
    );
  });

  it('the counts are those of trying every window', () => {
    const times = fc.array(fc.nat(200), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(times, (minutes) => {
        const book = given(minutes.map((at) => ({ device: 'd', placed_at: T0 + at * MINUTE })));
        minutes.forEach((at, index) => {
          const starts = minutes.filter((start) => start <= at && at - start <= 60);
          const counts = starts.map((start) => minutes.filter((one) => one >= start && one - start <= 60).length);
          const most = Math.max(...counts);
          const since = Math.min(...starts.filter((_, which) => counts[which] === most));
          const found = book.signalsOf(`R${index}`).find(({ signal }) => signal === 'SAME_DEVICE');
          expect(found && [found.count, found.since]).toEqual(most < 3 ? undefined : [most, T0 + since * MINUTE]);
        });
      }),
    );
  });
});
