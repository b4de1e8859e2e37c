// `trust: network` of an account: it needs the addresses of the network and a secret path, and its webhooks are hints
// without it.
import { describe, expect, test } from 'vitest';
import { isUnsigned } from '../../../src/producers/provider.ts';
import { MFS_AFRICA } from '../../../src/providers/mfs-africa/mfs-africa.ts';
import { accountSchema, PROVIDERS } from '../../../src/providers/registry.ts';

const PATH = { env: 'WEBHOOK_PATH' };
const ADDRESSES = ['198.51.100.0/24', '2001:db8::/32'];
const faultsOf = (origin: object) => {
  const read = accountSchema(PROVIDERS).safeParse({
    ...{ provider: 'mfs-africa', account: 'main', base_url: 'https://api.example.com', api_key: { env: 'KEY' } },
    webhook: { secrets: [{ env: 'SECRET' }], ...origin },
  });
  return read.error?.issues.map(({ path }) => path.join('.')) ?? [];
};

describe('an account that trusts its network', () => {
  test.each([
    ['addresses and a path', { trust: 'network', path: PATH, addresses: ADDRESSES }, []],
    ['no path', { trust: 'network', addresses: ADDRESSES }, ['webhook.path']],
    ['no addresses', { trust: 'network', path: PATH }, ['webhook.addresses']],
    ['neither', { trust: 'network' }, ['webhook.path', 'webhook.addresses']],
    ['an empty list', { trust: 'network', path: PATH, addresses: [] }, ['webhook.addresses']],
    ['a host', { trust: 'network', path: PATH, addresses: ['example.com'] }, ['webhook.addresses.0']],
    ['another word', { trust: 'yes', path: PATH, addresses: ADDRESSES }, ['webhook.trust']],
    ['a path that is written out', { path: 'a-literal-secret-path-of-ours' }, ['webhook.path']],
    ['a path alone', { path: PATH }, []],
  ])('with %s', (_what, origin, faults) => {
    expect(faultsOf(origin)).toEqual(faults);
  });
});

describe('a webhook', () => {
  const unsigned = { ...MFS_AFRICA, capabilities: { ...MFS_AFRICA.capabilities, webhooks: 'unsigned' as const } };

  test.each([
    ['of a network that signs', MFS_AFRICA, {}, false],
    ['of a network that does not sign', unsigned, {}, true],
    ['of an account without a scheme', MFS_AFRICA, { scheme: 'none' }, true],
    ['of an unsigned network with a scheme', unsigned, { scheme: 'basic' }, false],
    ['of an unsigned network that is trusted', unsigned, { trust: 'network' }, false],
    ['of an unsigned network with a path only', unsigned, { path: PATH }, true],
  ])('%s is a hint: %4$s', (_what, provider, webhook, expected) => {
    expect(isUnsigned(provider, webhook)).toBe(expected);
  });
});
