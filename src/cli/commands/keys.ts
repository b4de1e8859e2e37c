// `hesabu keys`: creates, lists and revokes the API keys of a data directory. A running service applies it at once.

import { printable, tableText } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant, type Instant, parseInstant } from '../../domain/time.ts';
import { type ApiKey, isLive, type Role, readPerson } from '../../http/access/api-key.ts';
import { KeyStore } from '../../http/access/key-store.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';

export interface KeysOptions {
  readonly data: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

export interface CreateKeyOptions extends KeysOptions {
  readonly role: Role;
  readonly merchant: readonly string[];
  readonly label: string;
  readonly person?: string;
  readonly expires?: string;
}

const WORDS = {
  en: {
    made: (id: string) => `Key ${id} was created. It is shown here and never again:`,
    revoked: (id: string) => `Key ${id} is revoked.`,
    none: 'There are no keys yet. Create one with hesabu keys create.',
    columns: ['Key', 'Role', 'Merchants', 'Person', 'Label', 'Created', 'Expires', 'State'],
    live: 'live',
    expired: 'expired',
    ended: 'revoked',
    never: 'never',
  },
  'zh-CN': {
    made: (id: string) => `密钥 ${id} 已创建，只在此处显示一次：`,
    revoked: (id: string) => `密钥 ${id} 已吊销。`,
    none: '还没有密钥。请用 hesabu keys create 创建。',
    columns: ['密钥', '角色', '商户', '使用人', '标签', '创建时间', '到期时间', '状态'],
    live: '有效',
    expired: '已到期',
    ended: '已吊销',
    never: '永不',
  },
} satisfies Record<Language, unknown>;

/** Creates a key and prints it; it is never shown again. Returns exit code 0. */
export async function createKey(options: CreateKeyOptions): Promise<number> {
  const now = SYSTEM_CLOCK.now();
  const expiresAt = options.expires === undefined ? null : expiryOf(options.expires, now);
  const { role, merchant: merchants, label } = options;
  if (merchants.some((merchant) => merchant.trim() === '')) {
    throw new HesabuError('HESABU_USAGE', { where: '--merchant', expected: 'a name, or * for all' });
  }
  const person = options.person === undefined ? null : personOf(options.person);
  const { key, text } = new KeyStore(options.data).create({ role, merchants, label, person, expiresAt }, now);
  print(options, { ...shown(key, now), key: text }, `${WORDS[options.lang].made(key.id)}\n${text}`);
  return 0;
}

export async function listKeys(options: KeysOptions): Promise<number> {
  const now = SYSTEM_CLOCK.now();
  const words = WORDS[options.lang];
  const keys = new KeyStore(options.data).list().map((key) => shown(key, now));
  const rows = keys.map(({ id, role, merchants, person, label, created_at, expires_at, state }) => {
    const shownState = state === 'live' ? words.live : state === 'expired' ? words.expired : words.ended;
    return [
      id,
      role,
      printable(merchants.join(', ')),
      printable(person ?? ''),
      printable(label),
      created_at,
      expires_at ?? words.never,
      shownState,
    ];
  });
  print(
    options,
    { keys },
    keys.length === 0
      ? words.none
      : tableText(
          words.columns.map((title) => ({ title })),
          rows,
        ),
  );
  return 0;
}

/** Throws HESABU_KEY_UNKNOWN. */
export async function revokeKey(id: string, options: KeysOptions): Promise<number> {
  const now = SYSTEM_CLOCK.now();
  const key = new KeyStore(options.data).revoke(id, now);
  print(options, shown(key, now), WORDS[options.lang].revoked(key.id));
  return 0;
}

function shown(key: ApiKey, now: Instant) {
  const { hash: _, created_at, expires_at, revoked_at, ...rest } = key;
  const state = isLive(key, now) ? 'live' : revoked_at === null ? 'expired' : 'revoked';
  const text = (at: Instant | null) => (at === null ? null : formatInstant(at));
  return {
    ...rest,
    created_at: formatInstant(created_at),
    expires_at: text(expires_at),
    revoked_at: text(revoked_at),
    state,
  };
}

function personOf(text: string): string {
  const person = readPerson(text);
  if (person !== undefined) return person;
  const expected = 'the name of a person, of at most 100 characters';
  throw new HesabuError('HESABU_USAGE', { where: '--person', expected });
}

function expiryOf(text: string, now: Instant): Instant {
  const at = parseInstant(text);
  if (at !== undefined && at > now) return at;
  throw new HesabuError('HESABU_USAGE', {
    where: '--expires',
    expected: 'a time in the future, ISO 8601 with an offset or Z',
    found: `"${text}"`,
  });
}

function print({ format }: KeysOptions, result: object, text: string): void {
  process.stdout.write(format === 'json' ? `${JSON.stringify(result)}\n` : `${text}\n`);
}
