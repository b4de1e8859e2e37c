// What the doctor asks a network by configuration: the status of a payment that does not exist.

import { describe, expect, test } from 'vitest';
import { GENERIC } from '../../../src/providers/generic/generic.ts';
import { gatewayOf } from '../../contract/provider/sample-gateway.ts';
import { GENERIC_SAMPLE } from './sample.ts';

const checkOf = (status: number, body = '{"message":"no such key"}') =>
  gatewayOf(GENERIC_SAMPLE, () => ({ status, body })).gateway.check!();

describe('the check of a network by configuration', () => {
  test.each([200, 204, 400, 404])(
    'takes %i for an answer, for each network says unknown in its own way',
    async (status) => {
      expect(await checkOf(status)).toBe(`GET /v1/payments/HESABUDOCTOR: ${status}`);
    },
  );

  test.each([401, 403])('tells a refused key by %i, in the words of the network', async (status) => {
    const detail = { where: 'generic/main: GET status', found: `${status} "no such key"` };
    await expect(checkOf(status)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_REFUSED', detail });
  });

  test('is not there where the account does not say how to ask', () => {
    const { status, ...account } = GENERIC_SAMPLE.account as Record<string, object>;
    expect(status).toBeDefined();
    const { gateway } = gatewayOf({ ...GENERIC_SAMPLE, account }, () => ({ status: 200, body: '' }));
    expect([gateway.provider, gateway.check]).toEqual([GENERIC.name, undefined]);
  });
});
