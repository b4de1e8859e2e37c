// Which changes of a configuration a running service takes over, and which it reports as waiting for the next start.
import { expect, test } from 'vitest';
import { PROVIDERS } from '../../../src/providers/registry.ts';
import { type Config, configSchema } from '../../../src/service/config/config.ts';
import { waitingForStart } from '../../../src/service/config/reload.ts';

const account = {
  ...{ provider: 'mfs-africa', account: 'main', base_url: 'https://a.example', api_key: { env: 'A' } },
  webhook: { secrets: [{ env: 'B' }] },
};
const target = { url: 'https://shop.example', secret: { env: 'C' } };
const before = { data: 'books', accounts: [account], notify: [target] };

test.each<[string, object, readonly string[]]>([
  ['nothing', {}, []],
  ['rules', { rules: 'other.yaml' }, []],
  ['limits', { limits: { webhooks_waiting: 5, reconcile_every: 'PT1S' } }, []],
  ['the issuer of sign-ins', { oidc: { issuer: 'https://a.example', client_id: 'h', label: 'A' } }, []],
  ['alerts and the log', { alerts: { above_past: 9 }, log: { level: 'debug' } }, []],
  ['a rate', { accounts: [{ ...account, rate: { per_minute: 5 } }] }, []],
  ['an API key', { accounts: [{ ...account, api_key: { file: 'f' } }] }, []],
  ['a webhook', { accounts: [{ ...account, webhook: { scheme: 'body', secrets: [{ env: 'B' }, { env: 'D' }] } }] }, []],
  ['the secret of a target', { notify: [{ ...target, secret: { env: 'E' } }] }, []],
  ['the address of a target', { notify: [{ ...target, url: 'https://other.example' }] }, ['notify']],
  ['the listening address', { listen: { port: 1 } }, ['listen']],
  ['an account', { accounts: [{ ...account, merchants: ['a'] }] }, ['accounts.main']],
  ['a new account', { accounts: [account, { ...account, account: 'two' }] }, ['accounts.two']],
  ['a removed account', { accounts: [] }, ['accounts.main']],
  ['data and archive', { data: 'other', archive: { days: 200 } }, ['data', 'archive']],
])('a change of %s', (_what, change, waiting) => {
  const parse = (content: object) => configSchema(PROVIDERS).parse(content) as Config;
  expect(waitingForStart(parse(before), parse({ ...before, ...change }))).toEqual(waiting);
});
