// No secret stands in the repository, and the image gets what its list names and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, ROOT } from './source.ts';

/** What secrets of the networks, of clouds and of people look like, by their own form. */
const FORMS = {
  'a private key': /-----BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/,
  'a key of AWS': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  'a token of GitHub': /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})/,
  'a token of npm': /\bnpm_[A-Za-z0-9]{36}\b/,
  'a token of Slack': /\bxox[abprs]-[\w-]{10,}/,
  'a live key of Paystack or Stripe': /\b[sr]k_live_[a-z0-9]{24,}/i,
  'a key of Flutterwave': /\bFLWSECK-[a-f0-9]{32}-X\b/,
  'a token of Shopify': /\bshp(?:at|ca|pa|ss)_[a-f0-9]{32}\b/,
  'a key of WooCommerce': /\bc[ks]_[a-f0-9]{40}\b/,
  'a key of Google': /\bAIza[\w-]{35}\b/,
  'a token of a session': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
} as const;
/** Keys that tests make TLS with: their certificates are for nobody. */
const OF_TESTS = ['test/fixtures/tls/key.pem', 'test/fixtures/tls/renewed-key.pem'];

const found = (text: string) => Object.entries(FORMS).flatMap(([name, form]) => (form.test(text) ? [name] : []));

test('no file of the repository has one (S30)', () => {
  const files = filesBelow('.').filter((path) => !OF_TESTS.includes(path) && path !== 'test/house/secrets.test.ts');
  expect(files.length).toBeGreaterThan(1_000);
  const faults = files.flatMap((path) =>
    found(readFileSync(join(ROOT, path), 'latin1')).map((name) => `${path}: ${name}`),
  );
  expect(faults).toEqual([]);
});

test('one that is planted is found, of every form (S30)', () => {
  const hex = '0123456789abcdef';
  const planted = [
    ...['-----BEGIN PRIVATE KEY-----', `AKIA${'A'.repeat(16)}`, `ghp_${'a'.repeat(36)}`, `npm_${'a'.repeat(36)}`],
    ...['xoxb-1234567890', `sk_live_${'a'.repeat(24)}`, `FLWSECK-${hex}${hex}-X`, `shpat_${hex}${hex}`],
    ...[
      `ck_${hex}${hex}01234567`,
      `AIza${'a'.repeat(35)}`,
      `eyJ${'a'.repeat(10)}.eyJ${'a'.repeat(10)}.${'a'.repeat(10)}`,
    ],
  ];
  expect(planted.flatMap((text) => found(` ${text} `))).toEqual(Object.keys(FORMS));
});

test('the image gets listed folders only, and no package is published (S30)', () => {
  const lines = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split('\n');
  const copied = lines
    .filter((line) => /^(COPY|ADD) /.test(line) && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  const files = ['package.json', 'package-lock.json', 'LICENSE', 'asyncapi.json'];
  const allowed = [...files, 'bin', 'desk', 'schemas', 'src', 'tools'];
  expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
  const shipped = ['bin', 'desk', 'schemas', 'src', 'tools'].flatMap((folder) => filesBelow(folder));
  expect(shipped.filter((path) => !/\.(tsx?|css|js|mjs|json|avsc)$/.test(path))).toEqual([]);
  expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).private).toBe(true);
});
