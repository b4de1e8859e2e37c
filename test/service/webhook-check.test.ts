// What the doctor says of webhooks: whether they are verified, who may send them, and what nobody signs.
import { describe, expect, test } from 'vitest';
import { accountSchema, PROVIDERS } from '../../src/providers/registry.ts';
import { checkWebhooks } from '../../src/service/webhook-check.ts';

const PATH = 'q7Rk2_vVx9-ZpLw3TnB8mYd4';
const SIGNED = {
  ...{ provider: 'mfs-africa', account: 'main', base_url: 'https://api.example.com', api_key: { env: 'KEY' } },
  webhook: { secrets: [{ env: 'SECRET' }] },
};
const UNSIGNED = { provider: 'mtn-momo', account: 'momo', webhook: {} };

function found(written: object, { secret = PATH, canAsk = true } = {}): [string, boolean][] {
  const account = accountSchema(PROVIDERS).parse(written);
  const checks = checkWebhooks(
    [account],
    PROVIDERS,
    () => secret,
    () => canAsk,
  );
  return checks.map((check) => [check.found, check.remedy === null]);
}

describe('the webhooks of an account', () => {
  test('that are signed are said to be verified, with what guards them beside', () => {
    expect(found(SIGNED)).toEqual([['mfs-africa/main: verified', true]]);
    const webhook = { ...SIGNED.webhook, path: { env: 'PATH' }, addresses: ['198.51.100.0/24'] };
    expect(found({ ...SIGNED, webhook })).toEqual([
      ['mfs-africa/main: verified, with a secret path and a list of addresses', true],
    ]);
  });

  test('that nobody signs are told as such, and need attention where nobody can be asked', () => {
    const said = expect.stringMatching(/^mtn-momo\/momo: nobody signs its webhooks; each counts once a status query/);
    expect(found(UNSIGNED)).toEqual([[said, true]]);
    expect(found(UNSIGNED, { canAsk: false })).toEqual([[said, false]]);
  });

  test('of a trusted network are told with their guards', () => {
    const webhook = { trust: 'network', path: { env: 'PATH' }, addresses: ['198.51.100.0/24'] };
    expect(found({ ...UNSIGNED, webhook }, { canAsk: false })).toEqual([
      [
        'mtn-momo/momo: nobody signs its webhooks; its network is trusted, with a secret path and a list of addresses',
        true,
      ],
    ]);
  });

  test('with a path that could be guessed need attention, and the path is not told', () => {
    const checks = found({ ...UNSIGNED, webhook: { path: { env: 'PATH' } } }, { secret: 'guess-me' });
    expect(checks).toEqual([[expect.stringContaining('webhook.path: 8 characters'), false]]);
    expect(JSON.stringify(checks)).not.toContain('guess-me');
  });

  test('that are not taken are not told', () => {
    expect(found({ ...SIGNED, webhook: undefined })).toEqual([]);
  });
});
