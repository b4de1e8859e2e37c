// How a merchant asks each network's side for money, and what our own readers make of what it sends and answers.

import { hash } from 'node:crypto';
import { expect } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { type AccountSettings, bodySettings } from '../../../src/producers/account-settings.ts';
import type { BodyReaders } from '../../../src/producers/bodies/body.ts';
import { isUnsigned } from '../../../src/producers/provider.ts';
import { providerNamed } from '../../../src/providers/registry.ts';
import type { FaultName } from '../../../src/simulation/gateway/faults.ts';
import type { NetworkName } from '../../../src/simulation/personalities/names.ts';
import { PERSONALITIES } from '../../../src/simulation/personalities/personalities.ts';
import { givenNetwork, HOUR, MTN_USER, type Network } from './given.ts';

/** The readers of an account as the sandbox writes its settings. */
export function readersOf(
  name: NetworkName,
  { sandbox }: Network,
): { readers: BodyReaders; check: ReturnType<typeof proof> } {
  const own = PERSONALITIES[name].name;
  const provider = providerNamed(own)!;
  const place = {
    url: sandbox.url,
    webhookUrl: `${sandbox.url}/hook`,
    tolerance: 'PT300S',
    secret: (one: string) => ({ file: one }),
  };
  const settings: Partial<AccountSettings> = PERSONALITIES[name].account(place);
  const context = {
    ...{ provider: own, account: 'main', merchant: 'm', pseudonym: (text: string) => text },
    own: settings,
    ...{ settings: bodySettings(settings), isUnsigned: isUnsigned(provider, settings.webhook) },
  };
  return { readers: provider.bodies(context), check: proof(name) };
}

/** Where the account names another scheme than the usual one. */
function schemeOf(name: NetworkName): string | null {
  return name === 'flutterwave-v4' ? 'hmac-sha256-base64' : null;
}

function proof(name: NetworkName) {
  return (secret: string) =>
    providerNamed(PERSONALITIES[name].name)!.webhook?.check?.(Buffer.from(secret), schemeOf(name));
}

export function read(
  readers: BodyReaders,
  kind: keyof BodyReaders,
  text: string,
  about: Record<string, string> = {},
): Fact[] {
  const reading = readers[kind]!({
    ...{ text, header: () => null, about, readAt: Date.parse('2026-06-05T00:00:00Z'), raw: 'x' },
  });
  expect([reading.unread, reading.rejects]).toEqual([null, []]);
  return [...reading.facts];
}

export interface Start {
  readonly path: string;
  readonly headers: (nth: number) => Record<string, string>;
  readonly body: (reference: string, receiver: string) => object;
  /** Where a token comes first: the headers that hold it. */
  readonly login?: (url: string) => Promise<Record<string, string>>;
}

const BEARER = () => ({ authorization: 'Bearer the-secret_key' });
const SUBSCRIPTION = { 'ocp-apim-subscription-key': 'the-subscription_key' };
export const PAGA_BASIC = `Basic ${btoa('the-public_key:the-secret_key')}`;
export const pagaHash = (...values: string[]) => hash('sha512', `${values.join('')}the-hash_key`, 'hex');

export const PASSWORD = Buffer.from('174379the-passkey20260601090000').toString('base64');

export async function airtelToken(url: string): Promise<Record<string, string>> {
  const keys = { client_id: 'the-client_id', client_secret: 'the-client_secret', grant_type: 'client_credentials' };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/auth/oauth2/token`, { method: 'POST', headers, body: JSON.stringify(keys) });
  const { access_token } = (await answer.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}`, 'x-country': 'UG', 'x-currency': 'UGX' };
}

async function token(url: string, method: string, pair: string, more: Record<string, string> = {}) {
  const headers = { authorization: `Basic ${Buffer.from(pair).toString('base64')}`, ...more };
  const { access_token: found } = (await (await fetch(url, { method, headers })).json()) as { access_token: string };
  return { authorization: `Bearer ${found}`, ...more };
}

export const STARTS: Partial<Record<NetworkName, Start>> = {
  paystack: {
    ...{ path: '/charge', headers: BEARER },
    body: (reference) => ({ email: 'a@b.c', amount: 150_000, currency: 'XOF', reference }),
  },
  flutterwave: {
    ...{ path: '/v3/charges?type=mpesa', headers: BEARER },
    body: (tx_ref) => ({ email: 'a@b.c', amount: 1_500, currency: 'KES', tx_ref }),
  },
  'flutterwave-v4': {
    ...{ path: '/orchestration/direct-charges', headers: () => ({}) },
    login: async (url) => {
      const keys = { client_id: 'the-client_id', client_secret: 'the-client_secret', grant_type: 'client_credentials' };
      const path = '/realms/flutterwave/protocol/openid-connect/token';
      const answer = await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(keys) });
      const { access_token } = (await answer.json()) as { access_token: string };
      return { authorization: `Bearer ${access_token}` };
    },
    body: (reference) => {
      const mobile_money = { country_code: '254', network: 'MPESA', phone_number: '712345678' };
      return {
        ...{ amount: 1_500, currency: 'KES', reference: `order-${reference}` },
        payment_method: { type: 'mobile_money', mobile_money },
      };
    },
  },
  onafriq: {
    ...{ path: '/collectionrequests', headers: () => ({ authorization: 'Token the-api_key' }) },
    body: (order_id) => ({ phonenumber: '+256772123456', amount: 1_500, currency: 'UGX', metadata: { order_id } }),
  },
  mpesa: {
    ...{ path: '/mpesa/c2b/v1/simulate', headers: () => ({}) },
    login: (url) => token(`${url}/oauth/v1/generate`, 'GET', 'the-consumer_key:the-consumer_secret'),
    body: (BillRefNumber) => ({ ShortCode: 174_379, Amount: 1_500, Msisdn: 254_712_345_678, BillRefNumber }),
  },
  'mtn-momo': {
    path: '/collection/v1_0/requesttopay',
    headers: (nth) => ({ 'x-reference-id': `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}` }),
    login: (url) => token(`${url}/collection/token/`, 'POST', `${MTN_USER}:the-api_key`, SUBSCRIPTION),
    body: (externalId) => {
      return { amount: '1500', currency: 'UGX', externalId, payer: { partyIdType: 'MSISDN', partyId: '256772123456' } };
    },
  },
  airtel: {
    ...{ path: '/merchant/v1/payments/', headers: () => ({}), login: airtelToken },
    body: (id) => {
      const [country, currency] = ['UG', 'UGX'];
      const subscriber = { country, currency, msisdn: '752123456' };
      return { reference: id, subscriber, transaction: { amount: 1_500, country, currency, id } };
    },
  },
  generic: {
    ...{ path: '/v1/payments', headers: () => ({ authorization: 'the-authorization' }) },
    body: (merchant_reference) => ({ merchant_reference, amount: '1500.00', currency: 'NGN' }),
  },
  paga: {
    path: '/paymentRequest',
    headers: (nth) => {
      return { authorization: PAGA_BASIC, hash: pagaHash(`A${nth}`, '1500.00', 'NGN', '+2348031234567') };
    },
    body: (referenceNumber) => ({
      ...{ referenceNumber, amount: '1500.00', currency: 'NGN', payee: { name: 'Shop' } },
      payer: { name: 'A B', phoneNumber: '+2348031234567' },
    }),
  },
};

export interface Begun extends Network {
  /** Of the merchant that asked. */
  readonly headers: Record<string, string>;
}

/** A network that was asked for a payment of each of `count` orders, A0, A1 and so on. */
export async function begin(name: NetworkName, faults: readonly FaultName[] = [], count = 60): Promise<Begun> {
  const network = await givenNetwork(name, faults);
  const { path, headers, body, login } = STARTS[name]!;
  const found = (await login?.(network.sandbox.url)) ?? {};
  for (let nth = 0; nth < count; nth++) {
    const answer = await fetch(`${network.sandbox.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...found, ...headers(nth) },
      body: JSON.stringify(body(`A${nth}`, network.receiver)),
    });
    expect(answer.status).toBeLessThan(300);
  }
  return { ...network, headers: { ...found, ...headers(0) } };
}

/** Lets hours go by, until every webhook of them has been sent. */
export async function pass(network: Network, hours: number): Promise<void> {
  await network.clock.advance(hours * HOUR);
  await expect.poll(() => network.sandbox.waiting).toBe(0);
}
