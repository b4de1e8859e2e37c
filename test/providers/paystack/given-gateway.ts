// For tests: the gateway of Paystack, over given answers, or over HTTP to a server on this machine.

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import type { Gateway } from '../../../src/producers/gateway.ts';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import type { CallSample } from '../../contract/provider/sample.ts';
import { gatewayOf, PSEUDONYM } from '../../contract/provider/sample-gateway.ts';
import { givenClient } from '../../outbound/client/given.ts';
import { StillClock } from '../../service/ledger/given-live-ledger.ts';
import { PAYSTACK_FURTHER } from './sample.ts';

const ACCOUNT = {
  ...{ provider: 'paystack', account: 'main', base_url: 'https://api.paystack.co' },
  ...{ api_key: { env: 'PAYSTACK_KEY' }, email: 'payer@shop.example', rate: { per_minute: 600, burst: 600 } },
};

export const told = (data: unknown, more: object = {}): CallSample => ({
  status: 200,
  body: JSON.stringify({ status: true, message: 'fine', data, ...more }),
});
export const refusedWith = (status: number, message: string, more: object = {}): CallSample => ({
  status,
  body: JSON.stringify({ status: false, message, ...more }),
});

export const sentIn = (call: { readonly body?: string } | undefined) =>
  JSON.parse(call!.body!) as Record<string, unknown>;

/** What a call asks, without the address of the network. */
export const pathOf = ({ method, url }: OutgoingCall): string => {
  const { pathname, search } = new URL(url);
  return `${method} ${pathname}${decodeURIComponent(search)}`;
};

/** The gateway over answers that a test gives to each call. */
export function given(answer: (call: OutgoingCall) => CallSample, more: object = {}) {
  const account = { ...ACCOUNT, ...more };
  const sample = { provider: PAYSTACK, account, secrets: PAYSTACK_FURTHER.secrets, gateway: PAYSTACK_FURTHER.gateway };
  const { gateway, asked } = gatewayOf(sample as unknown as Parameters<typeof gatewayOf>[0], answer);
  return { gateway, asked, paths: () => asked.map(pathOf) };
}

/** The gateway over HTTP, to a server that stands at this address. */
export function gatewayAt(url: string, clock: Clock = new StillClock(), more: object = {}): Gateway {
  const settings = PAYSTACK.account.parse({
    ...ACCOUNT,
    base_url: url,
    rate: { per_minute: 600, burst: 600 },
    ...more,
  });
  const { client } = givenClient({ allow: [new URL(url).host] });
  return PAYSTACK.gateway!({
    ...{ account: 'main', initial: settings, settings: () => settings, outbound: { client } },
    ...{ secret: () => 'the-secret_key', clock, meter: NO_METER, pseudonym: PSEUDONYM },
  }) as Gateway;
}

/** A server that answers every call with these bytes, whatever they are, and then closes the connection. */
export async function givenNetworkSaying(bytes: (request: IncomingMessage) => string) {
  const asked: string[] = [];
  const server = createServer((request) => {
    asked.push(`${request.method} ${request.url}`);
    request.socket.end(bytes(request));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
