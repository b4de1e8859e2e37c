// The people of a service sign in at the issuer that its configuration names; a change of it counts at once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { SYSTEM_CLOCK } from '../../src/runtime/clock.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { loadConfig } from '../../src/service/config/config-file.ts';
import { openPeople } from '../../src/service/people-access.ts';
import { SessionRows } from '../../src/service/tables/session-table.ts';
import { grants } from '../http/access/given-people.ts';
import { CLIENT, FakeIssuer } from '../outbound/oidc/fake-issuer.ts';

const issuer = new FakeIssuer();
let dir: string;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-people-access-'));
  await issuer.start();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await issuer.close();
  rmSync(dir, { recursive: true, force: true });
});

function configured(oidc: object | undefined) {
  const path = join(dir, 'hesabu.yaml');
  const outgoing = { allow: [new URL(issuer.url).host] };
  writeFileSync(path, stringify({ data: dir, public_url: 'https://pay.example.com', outgoing, oidc }));
  return loadConfig(path);
}

test('the issuer of the configuration lets people in; its secret is read again each time, and it may go', async () => {
  const secret = join(dir, 'secret');
  writeFileSync(secret, CLIENT.secret, { mode: 0o600 });
  let loaded = configured({
    issuer: issuer.url,
    client_id: CLIENT.id,
    client_secret: { file: 'secret' },
    label: 'Acme',
  });
  const database = openServiceDatabase(dir);
  ends.push(() => database.close());
  const { people, issuerSignIn } = openPeople(new SessionRows(database), SYSTEM_CLOCK, () => loaded, ends);
  const request = { name: 'Asha', mail: null, language: 'en', zone: 'UTC', grants: grants('operator') } as const;
  const { invite } = people.create(request, SYSTEM_CLOCK.now());
  const enter = async (taken: string | null) => {
    const { url, sealed } = await issuerSignIn.begin(taken, '/desk/', null);
    expect(new URL(url).searchParams.get('redirect_uri')).toBe('https://pay.example.com/v1/session/oidc');
    return issuerSignIn.arrive(issuer.signIn(url), sealed, '192.0.2.1');
  };
  expect(await enter(invite)).toMatchObject({ person: { name: 'Asha' }, fault: null });
  writeFileSync(secret, 'another secret of the client');
  expect(await enter(null)).toMatchObject({ person: null, fault: { code: 'HESABU_ISSUER_INVALID' } });
  writeFileSync(secret, CLIENT.secret);
  expect(await enter(null)).toMatchObject({ person: { name: 'Asha' }, fault: null });
  expect(issuerSignIn.label).toBe('Acme');
  loaded = configured(undefined);
  expect(issuerSignIn.label).toBeNull();
  await expect(issuerSignIn.begin(null, '/desk/', null)).rejects.toThrow(/^HESABU_NOT_FOUND/);
});
