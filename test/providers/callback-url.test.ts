// The address at which M-Pesa, MTN MoMo and Paga call back: its secret path stands with the secrets, and nowhere else.

import { describe, expect, test } from 'vitest';
import type { ProviderSample } from '../contract/provider/sample.ts';
import { gatewayOf, PAYMENT } from '../contract/provider/sample-gateway.ts';
import { MTN_MOMO_SAMPLE } from './mtn-momo/sample.ts';
import { SAMPLES as ALL } from './samples.ts';

const PATH = 'q7Rk2_vVx9-ZpLw3TnB8mYd4';
const SAMPLES = ALL.filter(({ provider }) => ['mpesa', 'mtn-momo', 'paga'].includes(provider.name));

async function sentTo(sample: ProviderSample, account: ProviderSample['account']): Promise<string> {
  const secrets = { ...sample.secrets, WEBHOOK_PATH: PATH };
  const { gateway, asked } = gatewayOf({ ...sample, account, secrets }, () => sample.gateway!.answers.initiate!);
  await gateway.initiate!({ ...PAYMENT, amount: '1500' });
  const { headers, body } = asked.at(-1)!;
  const { CallBackURL, callBackUrl } = JSON.parse(body!);
  return headers['x-callback-url'] ?? CallBackURL ?? callBackUrl;
}

describe.each(SAMPLES)('given a payment asked for at $provider.name', (sample) => {
  const own = `https://hesabu.example/webhooks/${sample.provider.name}/main`;

  test('when the account has a secret path, then it is added to the address', async () => {
    const webhook = { ...(sample.account.webhook as object), path: { env: 'WEBHOOK_PATH' } };
    expect(await sentTo(sample, { ...sample.account, webhook })).toBe(`${own}/${PATH}`);
  });

  test('when the account has none, then the address is as it was given', async () => {
    expect(await sentTo(sample, sample.account)).toBe(own);
  });
});

test('given an address that ends with the secret path, then it is not added again', async () => {
  const account = {
    ...{ ...MTN_MOMO_SAMPLE.account, callback_url: `https://pay.example/hooks/${PATH}/` },
    webhook: { scheme: 'none', path: { env: 'WEBHOOK_PATH' } },
  };
  expect(await sentTo(MTN_MOMO_SAMPLE, account)).toBe(`https://pay.example/hooks/${PATH}`);
});
