// `hesabu sandbox`: a gateway for trying the live service, until a signal ends it.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { grouped, paint, tableText } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import { type Clock, fastClock, SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { shellWord } from '../../runtime/shell-word.ts';
import { type FaultName, faultSentence, parseFaults } from '../../simulation/gateway/faults.ts';
import type { Personality } from '../../simulation/gateway/personality.ts';
import { type Sandbox, startSandbox } from '../../simulation/gateway/sandbox.ts';
import {
  accountIn,
  checkSandboxDirectory,
  sandboxSecrets,
  writeSandboxConfig,
} from '../../simulation/gateway/service-config.ts';
import { NETWORK_NAMES } from '../../simulation/personalities/names.ts';
import { PERSONALITIES } from '../../simulation/personalities/personalities.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

export interface RunSandboxOptions {
  readonly provider: string;
  readonly dir: string;
  readonly host: string;
  readonly port: string;
  readonly webhookUrl?: string;
  readonly faults: string;
  readonly seed: string;
  readonly calls?: string;
  readonly speed: string;
  readonly from?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const SPEED_MAX = 10_000;
const CALLS_MAX = 1_000_000;
const PORT_MAX = 65_535;
/** The real seconds that a webhook can take from its signing to its reading. */
const DELIVERY_SECONDS = 5;
const TOLERANCE_SECONDS_MIN = 300;

/** Resolves with exit code 0 after a signal. */
export async function runSandbox(options: RunSandboxOptions): Promise<number> {
  const { dir, host, format, lang } = options;
  const port = wholeNumber('--port', options.port, 0, PORT_MAX);
  const seed = wholeNumber('--seed', options.seed, 0);
  const personality = personalityOf(options.provider);
  const callsPerMinute = options.calls === undefined ? undefined : wholeNumber('--calls', options.calls, 1, CALLS_MAX);
  const faults = parseFaults(options.faults);
  const webhooks = webhookUrl(options.webhookUrl ?? `http://127.0.0.1:8070/webhooks/${personality.name}/main`);
  const fast = fastOf(options);
  const clock = clockOf(fast);
  mkdirSync(dir, { recursive: true });
  checkSandboxDirectory(dir);
  const secret = sandboxSecrets(dir, personality);
  const sandbox = await startSandbox({
    ...{ personality, clock, seed, faults, secret, host, port },
    ...(callsPerMinute === undefined ? {} : { callsPerMinute }),
  });
  const ended = endOf();
  const account = { personality, url: sandbox.url, webhookUrl: webhooks.href };
  const tolerance = fast === undefined ? {} : { tolerance: toleranceOf(fast.speed) };
  const config = writeSandboxConfig(dir, {
    ...{ accounts: [account], rules: sandbox.truth().rules, port: portOf(webhooks), ...tolerance },
    ...(fast === undefined ? {} : { clock: fast }),
  });
  const pasted = accountIn(resolve(dir), account, tolerance.tolerance);
  sandbox.sendWebhooks(webhooks.href);
  const words = WORDS[lang];
  const started = {
    provider: personality.name,
    url: sandbox.url,
    webhooks: webhooks.href,
    seed,
    faults: [...faults],
    config,
    account: pasted,
    ...(fast ?? {}),
  };
  if (format === 'json') process.stdout.write(`${JSON.stringify(started)}\n`);
  else {
    const parts = [
      paint(['bold', 'underline'], words.title(personality.title, sandbox.url, seed), process.stdout),
      callText(personality, lang),
      faultText([...faults], lang),
      words.webhooks(webhooks.href),
      `${words.account}\n${stringify({ accounts: [pasted] }).trimEnd()}`,
      words.next(config, dir, join(dir, 'books'), join(dir, 'secrets', personality.name)),
    ];
    process.stdout.write(`${parts.join('\n\n')}\n`);
  }
  const signal = await ended;
  const { deliveries, calls, beyondLimit: beyond_limit } = sandbox;
  await sandbox.close();
  if (format === 'json') process.stdout.write(`${JSON.stringify({ signal, deliveries, calls, beyond_limit })}\n`);
  else process.stdout.write(`${words.ended(signal, sandbox)}\n`);
  return 0;
}

function endOf(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

interface Fast {
  readonly from: string;
  readonly speed: number;
}

function fastOf(options: RunSandboxOptions): Fast | undefined {
  const speed = wholeNumber('--speed', options.speed, 1, SPEED_MAX);
  if (speed === 1 && options.from === undefined) return undefined;
  const now = SYSTEM_CLOCK.now();
  if (options.from === undefined) return { from: formatInstant(now), speed };
  const from = parseInstant(options.from);
  if (typeof from === 'number' && from <= now) return { from: formatInstant(from), speed };
  const detail = { where: '--from', expected: 'a time that is over, ISO 8601 with an offset', found: options.from };
  throw new HesabuError('HESABU_USAGE', detail);
}

function clockOf(fast: Fast | undefined): Clock {
  if (fast === undefined) return SYSTEM_CLOCK;
  return fastClock(Date.parse(fast.from), fast.speed, Date.parse(fast.from));
}

function toleranceOf(speed: number): string {
  return `PT${Math.max(TOLERANCE_SECONDS_MIN, speed * DELIVERY_SECONDS)}S`;
}

function webhookUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new HesabuError('HESABU_USAGE', { where: '--webhook-url', expected: 'an http or https URL', found: text });
}

/** The port on which the service must listen. */
function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function callText({ calls }: Personality, lang: Language): string {
  const { call, does, truth } = WORDS[lang];
  const rows = Object.entries(calls).map(([name, sentence]) => [name, sentence[lang]]);
  return tableText([{ title: call }, { title: does }], [...rows, ['GET /truth', truth]]);
}

function personalityOf(name: string): Personality {
  const found = NETWORK_NAMES.find((one) => one === name);
  if (found !== undefined) return PERSONALITIES[found];
  const expected = `one of ${NETWORK_NAMES.join(', ')}`;
  throw new HesabuError('HESABU_USAGE', { where: '--provider', expected, found: name });
}

function faultText(faults: readonly FaultName[], lang: Language): string {
  const { fault, what, none } = WORDS[lang];
  if (faults.length === 0) return none;
  return tableText(
    [{ title: fault }, { title: what }],
    faults.map((name) => [name, faultSentence(name, lang)]),
  );
}

const WORDS = {
  en: {
    title: (name: string, url: string, seed: number) => `A test gateway in the manner of ${name}: ${url}, seed ${seed}`,
    call: 'Call',
    does: 'What it does',
    truth: 'returns what really happened, and what a reconciliation must find; needs no key',
    fault: 'Fault',
    what: 'What happens',
    none: 'No faults: everything arrives once, in order and on time.',
    webhooks: (url: string) => `Webhooks go to ${url}.`,
    account: 'Its account, as a hesabu.yaml of your own may have it:',
    next: (config: string, dir: string, ledger: string, secrets: string) =>
      [
        `${dir} holds a matching configuration, and the secrets that both sides know. In another terminal:`,
        `  hesabu serve --config ${shellWord(config)}`,
        `  hesabu keys create --data ${shellWord(ledger)} --role shop --merchant '*'`,
        `The keys for the gateway itself are in ${secrets}. Ctrl-C ends the sandbox.`,
      ].join('\n'),
    ended: (signal: string, { deliveries, calls }: Pick<Sandbox, 'deliveries' | 'calls'>) =>
      `Ended by ${signal}: ${sum(calls)} calls, ${grouped(calls.fine)} of them answered normally; ` +
      `${grouped(deliveries.sent)} webhooks sent, ${grouped(deliveries.acknowledged)} of them acknowledged.`,
  },
  'zh-CN': {
    title: (name: string, url: string, seed: number) => `测试网关（${name} 接口）：${url}，种子 ${seed}`,
    call: '接口',
    does: '作用',
    truth: '真实情况，以及对账应得出的结果；无需密钥',
    fault: '故障',
    what: '表现',
    none: '没有故障：一切按序、按时送达，各一次。',
    webhooks: (url: string) => `回调发往 ${url}。`,
    account: '对应的账户配置，可粘贴到您自己的 hesabu.yaml：',
    next: (config: string, dir: string, ledger: string, secrets: string) =>
      [
        `${dir} 中有配套的配置文件和双方共用的密钥。请在另一个终端运行：`,
        `  hesabu serve --config ${shellWord(config)}`,
        `  hesabu keys create --data ${shellWord(ledger)} --role shop --merchant '*'`,
        `网关自身的密钥在 ${secrets} 中。按 Ctrl-C 结束沙箱。`,
      ].join('\n'),
    ended: (signal: string, { deliveries, calls }: Pick<Sandbox, 'deliveries' | 'calls'>) =>
      `由 ${signal} 结束：调用 ${sum(calls)} 次，其中 ${grouped(calls.fine)} 次正常响应；` +
      `发送回调 ${grouped(deliveries.sent)} 次，其中 ${grouped(deliveries.acknowledged)} 次被确认。`,
  },
} satisfies Record<Language, unknown>;

function sum(calls: Sandbox['calls']): string {
  return grouped(Object.values(calls).reduce((all, count) => all + count, 0));
}
