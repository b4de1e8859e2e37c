// The page as the service gives it: built from its sources, small, under a policy that lets nothing else run.
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { registerDesk } from '../../src/http/desk/desk-page.ts';
import { SYSTEM_CLOCK } from '../../src/runtime/clock.ts';
import { deskSource } from '../../src/service/desk-build.ts';
import { givenApi } from '../http/api/given-api.ts';
import { generousLimits } from '../http/generous-limits.ts';

const FIRST_LOAD_BYTES_MAX = 200_000;
const logger = pino({ level: 'silent' });
const source = deskSource(logger);

function givenPage(parts: Partial<Parameters<typeof registerDesk>[1]> = {}) {
  const { limits } = generousLimits();
  const [hasSession, issuer] = [() => false, () => null];
  const register = (app: Parameters<typeof registerDesk>[0]) =>
    registerDesk(app, { source, limits, hasSession, issuer, ...parts });
  return buildApp({ clock: SYSTEM_CLOCK, logger, limits, notReady: () => [], register });
}

describe('the page', () => {
  test('is built from its sources, and its first load has at most 200 kB', async () => {
    const desk = await source();
    const first = [desk!.script, desk!.style].map((name) => desk!.files.get(name)!);
    const bytes = first.reduce((sum, { gzip }) => sum + gzip.length, 0);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES_MAX);
  });

  test('is read once, and again where it could not be read', async () => {
    let reads = 0;
    const again = deskSource(logger, async () => {
      if (++reads === 1) throw new Error('the disk is away');
      return source();
    });
    await expect(again()).rejects.toThrow('the disk is away');
    expect([await again(), await again(), reads]).toEqual([await source(), await source(), 2]);
  });

  test('has a new nonce in each answer, and lets nothing run without it (S17)', async () => {
    const app = givenPage();
    const pages = [await app.inject('/desk/'), await app.inject('/desk/breaks?status=new')];
    const nonces = pages.map(({ headers, payload }) => {
      const policy = String(headers['content-security-policy']);
      const [, nonce] = /'nonce-([^']+)'/.exec(policy)!;
      expect(policy).toMatch(/^default-src 'none'; /);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      const loaded = payload.match(/<(script|link rel="stylesheet")[^>]*>/g)!;
      expect(loaded).toHaveLength(2);
      for (const element of loaded) expect(element).toContain(`nonce="${nonce}"`);
      expect(payload).not.toMatch(/<style| style=|<script(?![^>]*src=)/);
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
    await app.close();
  });

  test('gives its files for ever, compressed where the browser can, and no others', async () => {
    const app = givenPage();
    const { script } = (await source())!;
    const url = `/desk/files/${script}`;
    const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(packed.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await app.inject(url)).rawPayload.length).toBeGreaterThan(packed.rawPayload.length);
    for (const name of ['page.json', 'sources.json', '..%2fmain.tsx']) {
      expect((await app.inject(`/desk/files/${name}`)).statusCode, name).toBe(404);
    }
    const bare = await app.inject('/desk');
    expect([bare.statusCode, bare.headers.location]).toEqual([308, '/desk/']);
    await app.close();
  });

  test('says in words that it is not built, and whether somebody is signed in', async () => {
    const missing = givenPage({ source: async () => undefined });
    const answer = await missing.inject('/desk/');
    expect([answer.statusCode, answer.payload]).toEqual([503, expect.stringContaining('node tools/desk.mjs')]);
    await missing.close();
    const app = givenPage({ hasSession: ({ headers }) => headers.cookie === 'hesabu=x' });
    expect((await app.inject('/desk/')).payload).toContain('data-session="no"');
    const signedIn = await app.inject({ url: '/desk/', headers: { cookie: 'hesabu=x' } });
    expect(signedIn.payload).toContain('data-session="yes"');
    await app.close();
  });

  test('names the issuer at which people may sign in, if there is one', async () => {
    const app = givenPage({ issuer: () => 'Acme "R&D" <b>' });
    const { payload } = await app.inject('/desk/');
    expect(payload).toContain('data-issuer="Acme &quot;R&amp;D&quot; &lt;b>"');
    await app.close();
    const none = givenPage();
    expect((await none.inject('/desk/')).payload).not.toContain('data-issuer');
    await none.close();
  });
});

test('what the page shows everywhere names only those who work for a merchant of the reader', () =>
  givenApi(async (given) => {
    const asha = given.browserOf('Asha', { role: 'operator', merchant: 'shop-1' });
    given.browserOf('Baraka', { role: 'approver', merchant: 'shop-2' });
    given.browserOf('Chen', { role: 'approver', merchant: '*' });
    const all = given.browserOf('Dalila', { role: 'auditor', merchant: '*' });
    const namesFor = async (headers: typeof asha) =>
      (await given.ask({ url: '/v1/desk', headers })).json.people.map((person: { name: string }) => person.name);
    expect(await namesFor(asha)).toEqual(['Asha', 'Chen', 'Dalila']);
    expect(await namesFor(all)).toEqual(['Asha', 'Baraka', 'Chen', 'Dalila']);
    const { json } = await given.ask({ url: '/v1/desk', headers: asha });
    expect(json).toMatchObject({ zone: expect.any(String), thresholds: expect.any(Object) });
    expect(json.always).toContain('STATUS_CONFLICT');
  }));
