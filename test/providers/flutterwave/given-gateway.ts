// A gateway of Flutterwave whose calls get the answers that a test gives, and answers in the shapes of the network.

import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import type { CallSample, ProviderSample } from '../../contract/provider/sample.ts';
import { gatewayOf } from '../../contract/provider/sample-gateway.ts';
import { SAMPLES } from '../samples.ts';

const { gateway: _, ...rest } = SAMPLES.find(({ provider }) => provider.name === 'flutterwave')!;
/** Every question gets the answer of the test. */
export const SAMPLE: ProviderSample = rest;
export const BASE = 'https://api.flutterwave.com/v3';

export const ok = (data: unknown, more: object = {}): CallSample => {
  return { status: 200, body: JSON.stringify({ status: 'success', message: 'fine', ...more, data }) };
};
export const pages = (total_pages: number) => ({ meta: { page_info: { total: 1, current_page: 1, total_pages } } });
export const refusal = (status: number, message: string): CallSample => {
  return { status, body: JSON.stringify({ status: 'error', message, data: null }) };
};
export const UNKNOWN = refusal(400, 'No transaction was found for this id');
export const charge = (id: number, more: object = {}) => ({
  ...{ id, tx_ref: 'A-1', flw_ref: `FLW-${id}`, amount: 1500, currency: 'KES', status: 'pending', app_fee: null },
  ...{ customer: { phone_number: '254711223344' }, created_at: '2026-06-01T09:00:00.000Z', ...more },
});
export const named = (key: string) => ({ meta: { idempotency_key: key } });

export type Rule = readonly [part: string, answer: CallSample];

/** The gateway of an account, whose calls get the answer of the first rule that their method and address have. */
export function given(rules: readonly Rule[], more: Readonly<Record<string, unknown>> = {}) {
  const sample = { ...SAMPLE, account: { ...SAMPLE.account, rate: { per_minute: 600, burst: 100 }, ...more } };
  const answer = ({ method, url }: OutgoingCall) => {
    const found = rules.find(([part]) => `${method} ${url}`.includes(part));
    if (found === undefined) throw new Error(`nobody expected ${method} ${url}`);
    return found[1];
  };
  const { gateway, asked } = gatewayOf(sample, answer);
  const calls = () => asked.map(({ method, url }) => `${method} ${url.replace(BASE, '')}`);
  return { gateway, asked, calls };
}
