// How long a comparison of secrets takes tells nothing: whatever a guess has right, the same bytes are compared, by the
// runtime's comparison in constant time. Times themselves would depend on the machine: the comparisons are counted.
import { expect, test, vi } from 'vitest';
import type { SecretPlace } from '../../src/producers/account-settings.ts';
import { webhookGate } from '../../src/producers/webhooks/origin.ts';
import { NOON } from '../service/ledger/given-live-ledger.ts';
import { SAMPLES } from './samples.ts';

const { compared } = vi.hoisted(() => ({ compared: [] as number[] }));

vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof import('node:crypto')>();
  const timingSafeEqual: typeof crypto.timingSafeEqual = (left, right) => {
    compared.push(left.byteLength);
    return crypto.timingSafeEqual(left, right);
  };
  return { ...crypto, timingSafeEqual, default: { ...crypto, timingSafeEqual } };
});

/** The lengths of what is compared by an act. */
function workOf(act: () => unknown): number[] {
  compared.length = 0;
  act();
  return [...compared];
}

/** The text with another letter or figure of the same kind at a place. */
function changedAt(text: string, at: number): string {
  const letter = text[at]!;
  return (
    text.slice(0, at) +
    (letter === '1' ? '2' : /\d/.test(letter) ? '1' : letter === 'b' ? 'c' : 'b') +
    text.slice(at + 1)
  );
}

/** The longest word, which has the signature, the token or the password. */
function wordIn(text: string): { readonly from: number; readonly to: number } {
  const words = [...text.matchAll(/[\w+/-]+/g)].map(({ 0: word, index }) => ({ from: index, to: index + word.length }));
  return words.toSorted((left, right) => right.to - right.from - (left.to - left.from))[0]!;
}

const PROVED = SAMPLES.filter(({ webhook }) => webhook?.secret !== undefined);

test.each(PROVED)('a proof for $provider.name is compared alike, wherever it is wrong (S07)', (sample) => {
  const { provider, account, secrets, webhook } = sample;
  const secretAt = (place: SecretPlace) => secrets['env' in place ? place.env : place.file]!;
  const verify = provider.webhook!.verifier(provider.account.parse(account), secretAt)!;
  const body = Buffer.from(webhook!.body);
  const sent = webhook!.headers(body, secrets[webhook!.secret!]!, NOON);
  const judge = (headers: Readonly<Record<string, string>>) =>
    verify((name) => [headers[name] ?? []].flat(), body, NOON);
  const right = workOf(() => expect(judge(sent)).toBeNull());
  expect(right.length).toBeGreaterThan(0);
  expect(Math.min(...right)).toBeGreaterThanOrEqual(32);
  const [name, value] = Object.entries(sent).toSorted(([, left], [, other]) => other.length - left.length)[0]!;
  const { from, to } = wordIn(value);
  for (const at of [from, from + 1, (from + to) >> 1, to - 3]) {
    const wrong = { ...sent, [name]: changedAt(value, at) };
    expect(workOf(() => expect(judge(wrong)).not.toBeNull())).toEqual(right);
  }
});

test('a secret path is compared alike, wherever it is wrong, and however long (S07)', () => {
  const path = 'q7Rk2_vVx9-ZpLw3TnB8mYd4';
  const { isPath } = webhookGate({ path: { env: 'PATH_1' } }, () => path, 'here');
  const right = workOf(() => expect(isPath!(path)).toBe(true));
  expect(right).toEqual([32]);
  for (const wrong of ['', changedAt(path, 0), changedAt(path, path.length - 1), `${path}x`, 'x'.repeat(5_000)]) {
    expect(workOf(() => expect(isPath!(wrong)).toBe(false))).toEqual(right);
  }
});
