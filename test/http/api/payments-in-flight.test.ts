// A second payment of an order: refused while the first may still succeed, because the customer could pay twice.
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

const statusEvent = (event: string, at: string, id = 'T-1') =>
  factOf('callbacks', {
    ...{ id: `ev-${id}-${event}`, event: `payment.${event}`, created_at: at },
    data: { transaction_reference: 'A-1', transaction_id: id, amount: '1000.00', currency: 'KES' },
  });

const unsigned = (at: string, id = 'T-1') => {
  const fact = statusEvent('success', at, id);
  return { ...fact, body: { ...fact.body, hint: true } } as typeof fact;
};

/** A fact from a poll, about a payment that this service did not start. */
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

describe('after a payment was started recently', () => {
  test('another is refused until the first has ended, or ten minutes are over', () =>
    withOrder(async (given, key) => {
      expect(await pay(given, key, 'k-1')).toEqual([202, 'T-1', undefined]);
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
      given.clock.at = NOON + 10 * MINUTE - 1;
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
      given.clock.at = NOON + 10 * MINUTE;
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-2', undefined]);
      expect(given.gateway.payments).toHaveLength(2);
    }));

  test.each(['failed', 'expired', 'voided'])('and has the status %s, another is started at once', (event) =>
    withOrder(async (given, key) => {
      await pay(given, key, 'k-1');
      await given.ledger.writer.append([statusEvent(event, '2026-06-01T12:00:30Z')]);
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-2', undefined]);
    }),
  );

  test('and a callback that nobody signed tells of its success, another is refused until that is known', () =>
    withOrder(async (given, key) => {
      await pay(given, key, 'k-1');
      await given.ledger.writer.append([unsigned('2026-06-01T12:00:30Z')]);
      given.clock.at = NOON + 60 * MINUTE;
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED());
    }));

  test('and nobody signed a callback about one that was never begun, another is refused for ten minutes', () =>
    withOrder(async (given, key) => {
      await given.ledger.writer.append([unsigned('2026-06-01T12:00:00Z', 'X-9')]);
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
      given.clock.at = NOON + 10 * MINUTE;
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-1', undefined]);
    }));

  test('only one of several concurrent payments is started', () =>
    withOrder(async (given, key) => {
      const answers = await Promise.all(['k-1', 'k-2', 'k-3'].map((name) => pay(given, key, name)));
      expect(answers.map(([status]) => status).sort()).toEqual([202, 409, 409]);
      expect(given.gateway.payments).toHaveLength(1);
    }));

  test('another is started if the request accepts that the customer may pay twice', () =>
    withOrder(async (given, key) => {
      await pay(given, key, 'k-1');
      expect(await pay(given, key, 'k-2', { again: true })).toEqual([202, 'T-2', undefined]);
    }));

  test('at most three at once are started, whatever the request accepts, and the first that ends makes room', () =>
    withOrder(async (given, key) => {
      for (let name = 1; name <= 30; name++) {
        const [status, code, expected] = await pay(given, key, `k-${name}`, { again: true });
        if (name <= 3) expect(status).toBe(202);
        else {
          const limit =
            'fewer than 3 payments in progress, which is limits.prompts, or a wait until 2026-06-01T12:10:00Z';
          expect([status, code, expected]).toEqual([409, 'HESABU_PAYMENT_UNDER_WAY', limit]);
        }
      }
      // A repeat is no prompt of its own.
      expect((await pay(given, key, 'k-2', { again: true }))[0]).toBe(202);
      await given.ledger.writer.append([statusEvent('failed', '2026-06-01T12:00:30Z')]);
      expect(await pay(given, key, 'k-31', { again: true })).toEqual([202, 'T-4', undefined]);
      expect(given.gateway.payments).toHaveLength(4);
    }));

  test('prompts whose answers were lost count too', () =>
    withOrder(async (given, key) => {
      for (const name of ['k-1', 'k-2', 'k-3', 'k-4']) {
        given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
        const [status] = await pay(given, key, name, { again: true });
        expect([name, status]).toEqual([name, name === 'k-4' ? 409 : 502]);
      }
    }));
});

describe('a payment with an unknown result', () => {
  test.each([
    ['pending', 'pending', REFUSED('2026-06-01T12:08:00Z')],
    ['inconclusive', 'MR102', REFUSED()],
    ['unknown', 'resting', REFUSED('2026-06-01T12:08:00Z')],
  ])('and the status %s blocks another payment', (_what, status, refusal) =>
    withOrder(async (given, key) => {
      await given.ledger.writer.append([polled(status)]);
      expect(await pay(given, key, 'k-1')).toEqual(refusal);
      given.clock.at = NOON + 60 * MINUTE;
      expect((await pay(given, key, 'k-1'))[0]).toBe(refusal[2] === REFUSED()[2] ? 409 : 202);
    }),
  );

  test('from a clock ahead of ours does not block for longer', () =>
    withOrder(async (given, key) => {
      await given.ledger.writer.append([statusEvent('pending', '2026-06-01T18:00:00Z')]);
      expect(await pay(given, key, 'k-1')).toEqual(REFUSED('2026-06-01T12:10:00Z'));
    }));
});

describe('a payment whose answer was lost', () => {
  test('blocks others for ten minutes after its last request, but not itself', () =>
    withOrder(async (given, key) => {
      const lost = async () => {
        given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
        expect((await pay(given, key, 'k-1'))[0]).toBe(502);
      };
      await lost();
      given.clock.at = NOON + 5 * MINUTE;
      await lost();
      expect(await pay(given, key, 'k-2')).toEqual(REFUSED('2026-06-01T12:15:00Z'));
      // The gateway had accepted it, and reports it before the next request.
      await given.ledger.writer.append([statusEvent('pending', '2026-06-01T12:05:00Z')]);
      expect(await pay(given, key, 'k-1')).toEqual([202, 'T-1', undefined]);
    }));

  test('is not requested again while another one is in progress', () =>
    withOrder(async (given, key) => {
      given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
      await pay(given, key, 'k-1');
      given.clock.at = NOON + 10 * MINUTE;
      expect(await pay(given, key, 'k-2')).toEqual([202, 'T-1', undefined]);
      await given.ledger.writer.append([statusEvent('pending', '2026-06-01T12:10:00Z')]);
      expect(await pay(given, key, 'k-1')).toEqual(REFUSED('2026-06-01T12:20:00Z'));
    }));

  test.each<[string, HesabuError, number]>([
    ['a refusal', new GatewayRefused({}, 400), 202],
    ['the limit of this service', new GatewayLimited({}, NOON), 202],
    ['a conflict', new GatewayRefused({}, 409), 409],
    ['a full disk after the answer', new HesabuError('HESABU_DISK_FULL'), 409],
  ])('because of %s blocks others only if the gateway may have accepted it', (_what, failure, status) =>
    withOrder(async (given, key) => {
      given.gateway.failure = failure;
      await pay(given, key, 'k-1');
      expect((await pay(given, key, 'k-2'))[0]).toBe(status);
    }),
  );
});
