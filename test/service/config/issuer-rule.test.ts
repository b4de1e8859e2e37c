// The settings of an outside issuer: what they must be, what the issuer is asked by, and that no secret is quoted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { HesabuError } from '../../../src/domain/errors.ts';
import { readConfig, secretsOf } from '../../../src/service/config/config-file.ts';
import { issuerSettings } from '../../../src/service/config/issuer-rule.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-issuer-rule-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const OIDC = { issuer: 'https://login.example.com/realms/shop', client_id: 'hesabu', label: '企业账号' };
const PUBLIC = 'https://pay.example.com/';

function read(oidc: object, public_url: string | undefined = PUBLIC) {
  const path = join(dir, 'hesabu.yaml');
  writeFileSync(path, stringify({ data: 'books', public_url, oidc: { ...OIDC, ...oidc } }));
  return readConfig(path);
}

function faultOf(...given: Parameters<typeof read>): HesabuError {
  try {
    read(...given);
  } catch (error) {
    if (error instanceof HesabuError) return error;
    throw error;
  }
  throw new Error('nothing is wrong with it');
}

describe('the settings of an issuer', () => {
  test('ask by the public address, for openid alone, and for amr', () => {
    const settings = issuerSettings(read({}), () => 'never');
    expect(settings).toEqual({
      ...{ issuer: OIDC.issuer, clientId: 'hesabu', label: '企业账号', scopes: [], isSecondFactor: false },
      ...{ clientSecret: expect.any(Function), redirectUri: 'https://pay.example.com/v1/session/oidc' },
      maxAgeSeconds: null,
    });
    expect(settings!.clientSecret()).toBeNull();
    expect(issuerSettings({}, () => '')).toBeNull();
  });

  test('may name more: a secret, which is read anew each time, a factor, scopes, and an age', () => {
    const more = { client_secret: { file: 'secret' }, second_factor: 'issuer', scopes: ['acr'], max_age: 'PT12H' };
    const config = read(more);
    const place = { file: join(dir, 'secret') };
    expect(secretsOf(config)).toEqual([place]);
    const settings = issuerSettings(config, (named) => JSON.stringify(named))!;
    expect(settings).toMatchObject({ isSecondFactor: true, scopes: ['acr'], maxAgeSeconds: 43_200 });
    expect(settings.clientSecret()).toBe(JSON.stringify(place));
  });

  test.each<[object, string, RegExp]>([
    [{ issuer: 'login.example.com' }, 'oidc.issuer', /an http or https URL/],
    [{ issuer: 'http://login.example.com' }, 'oidc.issuer', /https; http on loopback only/],
    [{ issuer: 'https://login.example.com?a=b' }, 'oidc.issuer', /without a query/],
    [{ issuer: 'https://me:pw@login.example.com' }, 'oidc.issuer', /without a query, a fragment or a user/],
    [{ issuer: `${OIDC.issuer}/.well-known/openid-configuration` }, 'oidc.issuer', /without \/\.well-known\//],
    [{ client_id: '' }, 'oidc.client_id', /./],
    [{ client_secret: 'the secret itself' }, 'oidc.client_secret', /it is never written here/],
    [{ label: 'a\nb' }, 'oidc.label', /one line/],
    [{ label: undefined }, 'oidc.label', /./],
    [{ second_factor: 'none' }, 'oidc.second_factor', /./],
    [{ scopes: ['a b'] }, 'oidc.scopes.0', /the name of a scope/],
    [{ max_age: 'PT1S' }, 'oidc.max_age', /PT1M to P30D/],
    [{ roles: 'groups' }, 'oidc', /./],
  ])('are refused with %j', (oidc, where, expected) => {
    const { code, detail, message } = faultOf(oidc);
    expect([code, detail.where]).toEqual(['HESABU_CONFIG_INVALID', expect.stringContaining(`hesabu.yaml: ${where}`)]);
    expect(detail.expected).toMatch(expected);
    expect(message).not.toMatch(/the secret itself|me:pw/);
  });

  test('need the public address, and take http on loopback for trials', () => {
    writeFileSync(join(dir, 'hesabu.yaml'), stringify({ data: 'books', oidc: OIDC }));
    expect(() => readConfig(join(dir, 'hesabu.yaml'))).toThrow(/HESABU_CONFIG_INVALID: .*: public_url: /);
    for (const issuer of ['http://localhost:8080/realms/shop', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      expect(read({ issuer }, 'http://127.0.0.1:8070').oidc!.issuer).toBe(issuer);
    }
  });
});
