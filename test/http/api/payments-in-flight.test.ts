// A second payment of an order: refused while a first may still bring the money, since the customer could pay twice.
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited, GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { factOf, NOON, order } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const MINUTE = 60_000;
const PAY = { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' };

async function pay(given: Given, key: string, idempotencyKey: string, more: object = {}) {
  const url = '/v1/orders/A-1/payments';
  const { status, json } = await given.ask({ method: 'POST', url, key, idempotencyKey, json: { ...PAY, ...more } });
  return [status, json.code ?? json.transaction_id, json.expected];
}

const REFUSED = (until?: string) => {
  const wait = until === undefined ? '' : `, or a wait until ${until}`;
  return [409, 'HESABU_PAYMENT_UNDER_WAY', `the end of the earlier payment${wait}`];
};

const word = (event: string, at: string, id = 'T-1') =>
  factOf('callbacks', {
    ...{ id: `ev-${id}-${event}`, event: `payment.${event}`, created_at: at },
    data: { transaction_reference: 'A-1', transaction_id: id, amount: '1000.00', currency: 'KES' },
  });

/** A fact that a poll gave, of a payment that this service was not asked for. */
const polled = (status: string) =>
  factOf('polls', {
    ...{ transaction_reference: 'A-1', transaction_id: 'X-1', status, amount: '1000.00', currency: 'KES' },
    updated_at: '2026-06-01T11:58:00Z',
  });

const withOrder = (work: (given: Given, key: string) => Promise<void>) =>
  givenApi(async (given) => {
    await given.ledger.writer.append([order('A-1', { expires_at: '2026-06-02T12:00:00Z' })]);
    await work(given, given.key('shop', 'shop-1'));
  });

describe('while a payment was started lately', () => {
  test('another is refused until it ended, or ten minutes are over', () =>
    withOrder(async (given, key) => {
      expect(await pay(given, key, 'k-1')).toEqual([202, 'T-1', undefined]);
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
      given.clock.at = NOON + 10 * MINUTE - 1;
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
      given.clock.at = NOON + 10 * MINUTE;
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-2', undefined]);
      expect(given.gateway.payments).toHaveLength(2);
    }));

  test.each(['failed', 'expired', 'voided'])('and has %s, another is started at once', (event) =>
    withOrder(async (given, key) => {
      await pay(given, key, 'k-1');
      await given.ledger.writer.append([word(event, '2026-06-01T12:00:30Z')]);
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-2', undefined]);
    }),
  );

  test('of two that come at once one is started', () =>
    withOrder(async (given, key) => {
      const told = await Promise.all(['k-1', 'k-2', 'k-3'].map((name) => pay(given, key, name)));
      expect(told.map(([status]) => status).sort()).toEqual([202, 409, 409]);
      expect(given.gateway.payments).toHaveLength(1);
    }));

  test('another is started for who says that the customer may pay twice', () =>
    withOrder(async (given, key) => {
      await pay(given, key, 'k-1');
      expect(await pay(given, key, 'k-2', { again: true })).toEqual([202, 'T-2', undefined]);
    }));
});

describe('a payment that nobody was told the end of', () => {
  test.each([
    ['is pending', 'pending', REFUSED('2026-06-01T12:08:00Z')],
    ['is inconclusive', 'MR102', REFUSED()],
    ['has a word that nobody can read', 'resting', REFUSED('2026-06-01T12:08:00Z')],
  ])('and %s keeps others back', (_what, status, told) =>
    withOrder(async (given, key) => {
      await given.ledger.writer.append([polled(status)]);
      expect(await pay(given, key, 'k-1')).toEqual(told);
      given.clock.at = NOON + 60 * MINUTE;
      expect((await pay(given, key, 'k-1'))[0]).toBe(told[2] === REFUSED()[2] ? 409 : 202);
    }),
  );

  test('by a clock ahead of ours keeps others back no longer', () =>
    withOrder(async (given, key) => {
      await given.ledger.writer.append([word('pending', '2026-06-01T18:00:00Z')]);
      expect(await pay(given, key, 'k-1')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
    }));
});

describe('a payment whose answer was lost', () => {
  test('keeps others back for ten minutes from when it was asked for last, but not itself', () =>
    withOrder(async (given, key) => {
      const lost = async () => {
        given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
        expect((await pay(given, key, 'k-1'))[0]).toBe(502);
      };
      await lost();
      given.clock.at = NOON + 5 * MINUTE;
      await lost();
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:15:00Z'));
      // The gateway had taken it, and says so before it is asked again.
      await given.ledger.writer.append([word('pending', '2026-06-01T12:05:00Z')]);
      expect(await pay(given, key, 'k-1')).toEqual([202, 'T-1', undefined]);
    }));

  test('is not asked for again while another is under way', () =>
    withOrder(async (given, key) => {
      given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
      await pay(given, key, 'k-1');
      given.clock.at = NOON + 10 * MINUTE;
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-1', undefined]);
      await given.ledger.writer.append([word('pending', '2026-06-01T12:10:00Z')]);
      expect(await pay(given, key, 'k-1')).toEqual(REFUSED('2026-06-01T12:20:00Z'));
    }));

  test.each<[string, HesabuError, number]>([
    ['a refusal', new GatewayRefused({}, 400), 202],
    ['our own limit', new GatewayLimited({}, NOON), 202],
    ['a conflict', new GatewayRefused({}, 409), 409],
    ['a disk that is full after the answer', new HesabuError('HESABU_DISK_FULL'), 409],
  ])('by %s keeps others back only where the gateway may have taken it', (_what, failure, status) =>
    withOrder(async (given, key) => {
      given.gateway.failure = failure;
      await pay(given, key, 'k-1');
      expect((await pay(given, key, 'k-2'))[0]).toBe(status);
    }),
  );
});
