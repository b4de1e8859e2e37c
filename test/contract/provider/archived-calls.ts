// What the archive holds of the calls of every provider, whatever the network echoes.

import { expect, test } from 'vitest';
import { encodeExchange } from '../../../src/archive/exchanges/exchange-codec.ts';
import { newExchangeId } from '../../../src/archive/exchanges/exchange-id.ts';
import { Redactor } from '../../../src/archive/privacy/redactor.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import type { GatewayCall } from '../../../src/producers/gateway.ts';
import { knownSecrets } from '../../../src/runtime/known-secrets.ts';
import { expectNoSecret } from './expect-facts.ts';
import type { GatewaySample, ProviderSample } from './sample.ts';
import { CALLS, gatewayOf, PHONE, PSEUDONYM, REFERENCE } from './sample-gateway.ts';

const NOON = Date.parse('2026-06-01T12:00:00Z');
const redactor = new Redactor(PSEUDONYM);

/** All that was sent, under names that tell nothing, in a few forms. */
function echoOf({ url, headers, body = '' }: OutgoingCall): string {
  const sent = [url, body, ...Object.values(headers)];
  const base64 = sent.map((text) => Buffer.from(text).toString('base64'));
  return JSON.stringify({
    echo: sent,
    message: `not known: ${sent.join(' ')}`,
    base64,
    url: sent.map(encodeURIComponent),
  });
}

/** A line of the archive, and what stands in it in base64 or escaped. */
function archived(call: OutgoingCall, text: string): { readonly line: string; readonly unpacked: string } {
  const message = (body: string, headers: OutgoingCall['headers']) => ({ headers, body: Buffer.from(body) });
  const { account, method, url, headers, body = '', names } = call;
  const line = encodeExchange(
    {
      ...{
        id: newExchangeId(NOON),
        direction: 'out',
        at: NOON,
        elapsed_ms: 1,
        account,
        method,
        url,
        names,
        status: 401,
      },
      ...{ request: message(body, headers), response: message(text, { 'x-echo': text, 'x-request-id': text }) },
      fault: `refused: ${text}`,
    },
    redactor,
  );
  const words = line.match(/[\w+/=%.-]{8,}/g) ?? [];
  const unpacked = words.map((word) => Buffer.from(word, 'base64').toString());
  return { line, unpacked: [...unpacked, ...words.map(unescaped)].join('\n') };
}

function unescaped(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** Part of the contract of gateways. */
export function archivedCalls(sample: ProviderSample, { answers, ids, reference = REFERENCE }: GatewaySample): void {
  const { secrets } = sample;

  test.each(Object.keys(answers) as GatewayCall[])(
    '%s is archived without a secret or a number (S24)',
    async (call) => {
      // As reading the configuration does.
      for (const secret of Object.values(secrets)) knownSecrets.add(secret);
      const { gateway, asked, tokens } = gatewayOf(sample, (one) => ({ status: 401, body: echoOf(one) }));
      await CALLS[call](gateway, ids, reference).catch(() => {});
      expect(asked.length).toBeGreaterThan(0);
      for (const one of [...tokens, ...asked]) {
        const { line, unpacked } = archived(one, echoOf(one));
        expectNoSecret(line + unpacked, secrets);
        expect(line).not.toContain(PHONE.slice(1));
      }
    },
  );
}
