// What the gateway of every provider must do.

import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { isInitiation } from '../../../src/domain/payment-ids.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import { type GatewayAnswer, type GatewayCall, hasCall, NO_IDS } from '../../../src/producers/gateway.ts';
import { archivedCalls } from './archived-calls.ts';
import { expectExact, expectNoSecret } from './expect-facts.ts';
import type { GatewaySample, ProviderSample } from './sample.ts';
import { CALL_NAMES, CALLS, gatewayOf, PAYMENT, PHONE, REFERENCE } from './sample-gateway.ts';

export function gatewayContract(sample: ProviderSample, { answers, ...expected }: GatewaySample): void {
  const { provider, secrets } = sample;
  const { ids, reference = REFERENCE } = expected;
  const calls = Object.keys(answers) as GatewayCall[];
  const answering = (call: GatewayCall) => gatewayOf(sample, () => answers[call]!);

  describe(`${provider.name}: its gateway`, () => {
    archivedCalls(sample, { answers, ...expected });

    test('has a sample for each call', () => {
      const { gateway } = gatewayOf(sample, () => ({ status: 500, body: '' }));
      expect([...calls].sort()).toEqual(CALL_NAMES.filter((call) => hasCall(gateway, call)).sort());
      expect([gateway.provider, gateway.account]).toEqual([provider.name, sample.account.account]);
    });

    test.each(calls)('calls its account for %s, and archives what the call is about', async (call) => {
      const { gateway, asked } = answering(call);
      await CALLS[call](gateway, ids, reference);
      expect(asked.length).toBeGreaterThan(0);
      for (const one of asked) {
        expect(one.account).toBe(`${provider.name}/${sample.account.account}`);
        expect(one.url.startsWith(String(sample.account.base_url).replace(/\/$/, ''))).toBe(true);
        if (call === 'initiate' || call === 'refund' || call === 'status') expect(one.names).toContain(reference);
      }
    });

    test.runIf(answers.initiate !== undefined)(
      'gives the initiated fact of a payment, which hides the number',
      async () => {
        const { gateway, asked } = answering('initiate');
        const payment = { ...PAYMENT, reference };
        const first = await gateway.initiate!(payment);
        const again = await gateway.initiate!(payment);
        await gateway.initiate!({ ...payment, idempotencyKey: 'key-2' });
        expect(first).toMatchObject({ fault: null, facts: [expected.initiated] });
        const [fact] = first.facts as [Fact];
        expect(fact.body.type === 'PaymentObserved' && isInitiation(fact.body)).toBe(true);
        expect(again.facts[0]!.id).toBe(fact.id);
        expect(JSON.stringify(first.facts)).not.toContain(PHONE.slice(4));
        // The gateway can know the repeated request by something that both have, and another one has not.
        expect(asked[1]).toEqual(asked[0]);
        expect(asked[2]).not.toEqual(asked[0]);
      },
    );

    test.runIf(answers.refund !== undefined)(
      'gives the initiated fact of a refund, which names its payment',
      async () => {
        const { gateway } = answering('refund');
        const answer = (await CALLS.refund(gateway, ids, reference)) as { facts: Fact[] };
        const body = { kind: 'refund', status: 'initiated', original_transaction_id: 'P-1' };
        expect(answer).toMatchObject({
          fault: null,
          facts: [{ ...expected.refunded, body: expect.objectContaining(body) }],
        });
      },
    );

    test.runIf(answers.status !== undefined)('gives the fact of a status, exact to the last decimal', async () => {
      const { gateway } = answering('status');
      const { fault, facts } = (await CALLS.status(gateway, ids, reference)) as GatewayAnswer;
      expect([fault, facts]).toMatchObject([null, expected.status === undefined ? [] : [expected.status]]);
      expectExact(facts);
      // An answer to a poll starts no attempt: otherwise each poll would give the payment a new budget of polls.
      expect(facts.filter(({ body }) => body.type === 'PaymentObserved' && isInitiation(body))).toEqual([]);
    });

    test.runIf(expected.status !== undefined)('gives no fact for an answer about another payment', async () => {
      const { gateway } = answering('status');
      expect(await gateway.status!({ reference: reference.replace('A', 'B'), ids: ids ?? NO_IDS })).toMatchObject({
        facts: [],
        fault: { field: 'transaction_reference' },
      });
    });

    test.each(calls.filter((call) => call === 'initiate' || call === 'refund'))(
      'takes an answer to %s that it does not understand for a fault',
      async (call) => {
        const { gateway } = gatewayOf(sample, () => ({ ...answers[call]!, body: '{"hello":1}' }));
        expect(await CALLS[call](gateway, ids, reference)).toMatchObject({
          facts: [],
          fault: { code: expect.stringMatching(/^HESABU_/) },
        });
      },
    );

    test.each(
      calls.flatMap(
        (call) =>
          [
            [call, 401],
            [call, 429],
            [call, 500],
          ] as const,
      ),
    )('throws for %s with the status %i, and tells no secret', async (call, status) => {
      // Some gateways send back what they were sent.
      const { gateway } = gatewayOf(sample, (asked) => ({ status, body: JSON.stringify(asked.headers) }));
      const error = (await CALLS[call](gateway, ids, reference).catch((thrown: unknown) => thrown)) as Error & {
        code: string;
      };
      expect(error.code).toBe(
        { 401: 'HESABU_GATEWAY_REFUSED', 429: 'HESABU_GATEWAY_LIMITED', 500: 'HESABU_GATEWAY_FAILED' }[status],
      );
      expectNoSecret(`${error.message} ${JSON.stringify(error)}`, secrets);
    });

    test.each(calls)('uses the secret for %s as it is at the moment, in a header only', async (call) => {
      const { gateway, asked, tokens, replaceSecrets } = answering(call);
      replaceSecrets('a-newer-secret');
      await CALLS[call](gateway, ids, reference);
      if (expected.token !== undefined) {
        const [{ url, headers, body = '' }] = tokens as [OutgoingCall];
        const basic = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
        expect(`${basic} ${body}`).toContain('a-newer-secret');
        expect(url).not.toContain('a-newer-secret');
      }
      for (const { headers, ...rest } of asked) {
        if (expected.token === undefined)
          expect(JSON.stringify(headers) + basicIn(headers)).toContain('a-newer-secret');
        expect(JSON.stringify(withoutMembers(rest, expected.secretMembers))).not.toContain('a-newer-secret');
      }
    });
  });
}

function withoutMembers({ body, ...rest }: Omit<OutgoingCall, 'headers'>, names: readonly string[] = []): unknown {
  if (typeof body !== 'string' || names.length === 0) return { ...rest, body };
  const members = Object.entries(JSON.parse(body) as object).filter(([name]) => !names.includes(name));
  return { ...rest, body: Object.fromEntries(members) };
}

/** What HTTP Basic hides in base64. */
function basicIn({ authorization = '' }: Readonly<Record<string, string>>): string {
  const [scheme, text = ''] = authorization.split(' ');
  return scheme === 'Basic' ? Buffer.from(text, 'base64').toString() : '';
}
