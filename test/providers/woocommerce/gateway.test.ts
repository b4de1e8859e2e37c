// What a shop on WooCommerce is asked.

import { expect, test } from 'vitest';
import { WOOCOMMERCE } from '../../../src/providers/woocommerce/woocommerce.ts';
import { gatewayOf } from '../../contract/provider/sample-gateway.ts';
import { SAMPLES } from '../samples.ts';

const sample = SAMPLES.find(({ provider }) => provider === WOOCOMMERCE)!;
const span = { since: Date.parse('2026-06-01T00:00:00Z'), until: Date.parse('2026-06-01T01:00:00Z') };

test('what changed is asked for page by page, until a page is not full', async () => {
  let length = 100;
  const { gateway, asked } = gatewayOf(sample, () => ({ status: 200, body: JSON.stringify(Array(length).fill({})) }));
  expect(await gateway.gaps!(span, null)).toMatchObject({ next: '2' });
  length = 3;
  expect(await gateway.gaps!(span, '2')).toMatchObject({ next: null, bodies: [{ kind: 'order' }] });
  length = 0;
  expect(await gateway.gaps!(span, '3')).toMatchObject({ next: null, bodies: [] });
  const pages = asked.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
  expect(pages.map(({ page }) => page)).toEqual(['1', '2', '3']);
  expect(pages[0]).toMatchObject({ modified_after: '2026-06-01T00:00:00Z', dates_are_gmt: 'true', per_page: '100' });
  // An order that changes meanwhile must not leave the list: the rest would move up to a page that was read.
  expect(pages[0]).not.toHaveProperty('modified_before');
});

test('its keys are sent over https only', () => {
  const written = { ...sample.account, base_url: 'http://shop.example' };
  expect(WOOCOMMERCE.account.safeParse(written).success).toBe(false);
});

test('an answer that is no list is a failure, so that nothing is taken for asked', async () => {
  for (const body of ['<html>busy</html>', '{"message":"maintenance"}', '[{"id":', '']) {
    const { gateway } = gatewayOf(sample, () => ({ status: 200, body }));
    await expect(gateway.gaps!(span, null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  }
});
