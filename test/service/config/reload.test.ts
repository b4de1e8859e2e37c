// What a running service takes of a configuration that changed, and what it says of the rest.
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
  ['alerts and the log', { alerts: { above_past: 9 }, log: { level: 'debug' } }, []],
  ['a rate', { accounts: [{ ...account, rate: { per_minute: 5 } }] }, []],
  ['an API key', { accounts: [{ ...account, api_key: { file: 'f' } }] }, []],
  ['a webhook', { accounts: [{ ...account, webhook: { scheme: 'body', secrets: [{ env: 'B' }, { env: 'D' }] } }] }, []],
  ['the secret of a target', { notify: [{ ...target, secret: { env: 'E' } }] }, []],
  ['the address of a target', { notify: [{ ...target, url: 'https://other.example' }] }, ['notify']],
  ['where it listens', { listen: { port: 1 } }, ['listen']],
  ['an account', { accounts: [{ ...account, merchants: ['a'] }] }, ['accounts.main']],
  ['an account that is new', { accounts: [account, { ...account, account: 'two' }] }, ['accounts.two']],
  ['an account that is gone', { accounts: [] }, ['accounts.main']],
  ['data and archive', { data: 'other', archive: { days: 200 } }, ['data', 'archive']],
])('%s', (_what, change, waiting) => {
  const parse = (content: object) => configSchema(PROVIDERS).parse(content) as Config;
  expect(waitingForStart(parse(before), parse({ ...before, ...change }))).toEqual(waiting);
});
