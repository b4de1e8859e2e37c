// What a shop on Shopify is asked.

import { expect, test } from 'vitest';
import { SHOPIFY } from '../../../src/providers/shopify/shopify.ts';
import { gatewayOf } from '../../contract/provider/sample-gateway.ts';
import { SAMPLES } from '../samples.ts';

const sample = SAMPLES.find(({ provider }) => provider === SHOPIFY)!;
const span = { since: Date.parse('2026-06-01T00:00:00Z'), until: Date.parse('2026-06-01T01:00:00Z') };

test('the first page of what changed is asked for by its times, and a later one by its cursor alone', async () => {
  const { gateway, asked } = gatewayOf(sample, () => ({ status: 200, body: '{"orders":[]}' }));
  expect(await gateway.gaps!(span, null)).toMatchObject({ next: null });
  await gateway.gaps!(span, 'abc');
  const [first, second] = asked.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
  expect(first).toEqual({
    ...{ limit: '100', status: 'any' },
    ...{ updated_at_min: '2026-06-01T00:00:00Z', updated_at_max: '2026-06-01T01:00:00Z' },
  });
  expect(second).toEqual({ limit: '100', page_info: 'abc' });
});

test('an answer with orders is read by the reader of webhooks', async () => {
  const order = { id: 450, total_price: '5.00', currency: 'KES', created_at: '2026-06-01T00:30:00Z' };
  const { gateway } = gatewayOf(sample, () => ({ status: 200, body: JSON.stringify({ orders: [order, 7] }) }));
  const { bodies } = await gateway.gaps!(span, null);
  expect(bodies).toMatchObject([{ kind: 'order' }]);
  const { readBody } = await import('../body-reader.ts');
  expect(readBody(SHOPIFY, 'order', bodies[0]!.text)).toMatchObject({
    facts: [{ transaction_reference: '450' }],
    ignored: [{ place: 'orders[1]' }],
  });
});

test('an answer that is no list is a failure, so that nothing is taken for asked', async () => {
  for (const body of ['<html>busy</html>', '{"message":"maintenance"}', '[{"id":', '']) {
    const { gateway } = gatewayOf(sample, () => ({ status: 200, body }));
    await expect(gateway.gaps!(span, null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  }
});
