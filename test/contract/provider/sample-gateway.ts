// The gateway of a sample's account, with answers that tests give.

import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import {
  type Gateway,
  type GatewayCall,
  type KnownIds,
  NO_IDS,
  type PaymentRequest,
} from '../../../src/producers/gateway.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { StillClock } from '../../service/ledger/given-live-ledger.ts';
import type { CallSample, ProviderSample } from './sample.ts';

const SINCE = Date.parse('2026-06-01T00:00:00Z');

export const CALLS: Readonly<Record<GatewayCall, (gateway: Gateway, ids?: KnownIds) => Promise<unknown>>> = {
  operators: (gateway) => gateway.operators!('KE'),
  initiate: (gateway) => gateway.initiate!(PAYMENT),
  refund: (gateway) => gateway.refund!({ ...PAYMENT, paymentId: 'P-1', reason: null }),
  status: (gateway, ids = NO_IDS) => gateway.status!({ reference: 'A-1', ids }),
  settlement: (gateway) => gateway.settlement!('2026-06-01', null),
  gaps: (gateway) => gateway.gaps!({ since: SINCE, until: SINCE + 3_600_000 }, null),
  check: (gateway) => gateway.check!(),
};
export const CALL_NAMES = Object.keys(CALLS) as GatewayCall[];

export const PHONE = '+254711223344';
export const PAYMENT: PaymentRequest = {
  ...{ reference: 'A-1', orderNumber: '1', amount: '1500.00', currency: 'KES', phone: PHONE, operator: 'OPERATOR' },
  idempotencyKey: 'key-1',
};
export const PSEUDONYM = (text: string) => `hash-of-${text.length}`;

/** The gateway of the account, whose calls get these answers; and what was asked. */
export function gatewayOf({ provider, account, secrets }: ProviderSample, answer: (call: OutgoingCall) => CallSample) {
  const asked: OutgoingCall[] = [];
  const settings = provider.account.parse(account);
  let newer: string | null = null;
  const call = async (one: OutgoingCall) => {
    asked.push(one);
    const { status, body } = answer(one);
    return { exchange: `ex-${asked.length}`, status, headers: {}, body: Buffer.from(body) };
  };
  const gateway = provider.gateway!({
    ...{ account: settings.account, initial: settings, settings: () => settings, outbound: { client: { call } } },
    secret: (place) => newer ?? secrets['env' in place ? place.env : place.file]!,
    ...{ clock: new StillClock(), meter: NO_METER, pseudonym: PSEUDONYM },
  });
  const replaceSecrets = (text: string) => {
    newer = text;
  };
  return { gateway, asked, replaceSecrets };
}
