// Errors of what the service calls: gateways, addresses, and the database of a mirror.

import { openReader } from '../../src/log/log-reader.ts';
import { KurrentMirrorStore } from '../../src/projections/mirror/kurrentdb-store.ts';
import { Mirror, streamOf } from '../../src/projections/mirror/mirror.ts';
import { MfsAfricaGateway } from '../../src/providers/mfs-africa/gateway.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import { givenClient } from '../outbound/client/given.ts';
import { ManualClock } from '../producers/poller/manual-clock.ts';
import { MemoryMirrorStore } from '../projections/mirror/memory-store.ts';
import { order, paid, withLiveLedger } from '../service/ledger/given-live-ledger.ts';
import type { Provocation, Provocations } from './provocation.ts';

const PAYMENT = {
  ...{ reference: 'A-1', orderNumber: '#1', amount: '5.00', currency: 'KES', phone: '+254712345678' },
  ...{ operator: 'mpesa-ke', idempotencyKey: 'k-1' },
};

/** A payment is asked for at a gateway that gives this answer. */
const payment =
  (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Provocation =>
  () => {
    const gateway = new MfsAfricaGateway({
      ...{ account: 'main', baseUrl: 'https://api.example.com', apiKey: () => 'key', reportFormat: 'csv' },
      ...{ rate: () => ({ per_minute: 600, burst: 60 }), meter: NO_METER, clock: new ManualClock(0) },
      pseudonym: (text) => text,
      client: { call: async () => ({ exchange: 'x-1', status, headers, body: Buffer.from(JSON.stringify(body)) }) },
    });
    return gateway.initiate(PAYMENT);
  };

type GatewayCode =
  | 'HESABU_GATEWAY_REFUSED'
  | 'HESABU_GATEWAY_LIMITED'
  | 'HESABU_GATEWAY_FAILED'
  | 'HESABU_ADDRESS_FORBIDDEN'
  | 'HESABU_MIRROR_UNREACHABLE'
  | 'HESABU_MIRROR_CONFLICT';

export const GATEWAYS: Provocations<GatewayCode> = {
  HESABU_GATEWAY_REFUSED: payment(400, { error: { code: 'amount_too_small', message: 'at least 10 KES' } }),
  HESABU_GATEWAY_LIMITED: payment(429, {}, { 'retry-after': '30' }),
  HESABU_GATEWAY_FAILED: payment(502, {}),
  HESABU_ADDRESS_FORBIDDEN: async () => {
    const { client, get } = givenClient();
    try {
      return await get('http://169.254.169.254/latest/meta-data');
    } finally {
      await client.close();
    }
  },
  HESABU_MIRROR_UNREACHABLE: async () => {
    const options = 'tls=false&maxDiscoverAttempts=1&discoveryInterval=1&defaultDeadline=2000';
    const store = new KurrentMirrorStore(`kurrentdb://127.0.0.1:1?${options}`);
    try {
      return await store.last('recon-shop-1-A-1');
    } finally {
      await store.close();
    }
  },
  HESABU_MIRROR_CONFLICT: () =>
    withLiveLedger(async ({ ledger, dir }) => {
      await ledger.writer.append([order('A-1'), paid('A-1')]);
      await ledger.loop.catchUp();
      const store = new MemoryMirrorStore();
      // An event of somebody else's, where the first one of the payment is to be.
      const event = { id: '91ab2f60-0000-4000-8000-000000000000', type: 'other', data: { version: 1 } };
      await store.append(streamOf({ merchant: 'shop-1', key: 'A-1' }), -1n, [event]);
      const log = openReader(dir);
      try {
        return await new Mirror({ log, store }).catchUp();
      } finally {
        log.close();
      }
    }),
};
