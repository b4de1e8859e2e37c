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

/** Another reference for networks that do not take this one. */
export const REFERENCE = 'A-1';
/** Networks refund by one id of the payment or by another. */
const PAYMENT_IDS = ['P-1', '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162', '1001'];

type MakeCall = (gateway: Gateway, ids?: KnownIds, reference?: string) => Promise<unknown>;

export const CALLS: Readonly<Record<GatewayCall, MakeCall>> = {
  operators: (gateway) => gateway.operators!('KE'),
  initiate: (gateway, _, reference = REFERENCE) => gateway.initiate!({ ...PAYMENT, reference }),
  refund: (gateway, _, reference = REFERENCE) =>
    gateway.refund!({ ...PAYMENT, reference, paymentId: 'P-1', paymentIds: PAYMENT_IDS, reason: null }),
  status: (gateway, ids = NO_IDS, reference = REFERENCE) => gateway.status!({ reference, ids }),
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

/** The gateway of the account, whose calls get these answers; what was asked, and which tokens and questions before. */
export function gatewayOf(
  { provider, account, secrets, gateway: sample }: ProviderSample,
  answer: (call: OutgoingCall) => CallSample,
) {
  const asked: OutgoingCall[] = [];
  const tokens: OutgoingCall[] = [];
  const { token, before } = sample ?? {};
  const settings = provider.account.parse(account);
  let newer: string | null = null;
  const call = async (one: OutgoingCall) => {
    const granted = token?.path.test(one.url) === true ? token : before?.(one.url);
    (granted === undefined ? asked : tokens).push(one);
    const { status, body, headers = {} } = granted ?? answer(one);
    return { exchange: `ex-${asked.length}`, status, headers, body: Buffer.from(body) };
  };
  const gateway = provider.gateway!({
    ...{ account: settings.account, initial: settings, settings: () => settings, outbound: { client: { call } } },
    secret: (place) => newer ?? secrets['env' in place ? place.env : place.file]!,
    ...{ clock: new StillClock(), meter: NO_METER, pseudonym: PSEUDONYM },
  });
  const replaceSecrets = (text: string) => {
    newer = text;
  };
  return { gateway, asked, tokens, replaceSecrets };
}
