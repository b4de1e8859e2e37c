// A configuration or a secret that cannot be read: at the start the service refuses to begin, at a reload it keeps what
// it has and says so.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, expect, test } from 'vitest';
import { MAIN } from '../program.ts';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  SECRET,
  type Serving,
  send,
  serve,
  signed,
} from './service-client.ts';

const agent = connections(1);
const sites: ReturnType<typeof makeSite>[] = [];
let serving: Serving | undefined;

afterEach(async () => {
  if (serving !== undefined) await end(serving, 'SIGKILL');
  serving = undefined;
  for (const site of sites.splice(0)) removeSite(site);
});
afterAll(() => agent.destroy());

function site() {
  const account = {
    ...{ provider: 'mfs-africa', account: 'main', base_url: 'http://127.0.0.1:1', api_key: { env: 'TEST_API_KEY' } },
    webhook: { secrets: [{ file: './secret' }] },
  };
  const made = makeSite({ accounts: [account] });
  sites.push(made);
  writeFileSync(`${made.dir}/secret`, SECRET, { mode: 0o600 });
  return made;
}

type Break = readonly [string, (site: ReturnType<typeof makeSite>) => void, string];
const BREAKS: readonly Break[] = [
  ['a configuration that is no YAML', ({ config }) => writeFileSync(config, 'data: ['), 'HESABU_CONFIG_INVALID'],
  ['an unknown key', ({ config }) => writeFileSync(config, 'data: books\nnope: 1\n'), 'HESABU_CONFIG_INVALID'],
  ['no configuration', ({ config }) => rmSync(config), 'HESABU_FILE_MISSING'],
  ['no secret', ({ dir }) => rmSync(`${dir}/secret`), 'HESABU_SECRET_MISSING'],
];

test.each(BREAKS)('with %s no service starts (F33)', (_what, damage, code) => {
  const made = site();
  damage(made);
  const env = { ...process.env, TEST_API_KEY: 'key' };
  const args = ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--config', made.config];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  expect([status, stderr.startsWith(code), stderr.includes(SECRET)]).toEqual([2, true, false]);
});

test('a reload that cannot be read keeps what is there, and the log says so (F33)', { timeout: 300_000 }, async () => {
  for (const [name, damage, code] of BREAKS) {
    const made = site();
    serving = await serve(made.config);
    damage(made);
    serving.process.kill('SIGHUP');
    await expect.poll(() => JSON.stringify(serving!.lines)).toContain(code);
    const line = serving.lines.find((one) => JSON.stringify(one).includes(code))!;
    expect([name, Number(line.level) >= 50]).toEqual([name, true]);
    expect([name, await send(agent, serving.url, signed(paymentBody(name.length.toString())))]).toEqual([name, 200]);
    expect([name, await end(serving)]).toEqual([name, 0]);
    serving = undefined;
  }
});
