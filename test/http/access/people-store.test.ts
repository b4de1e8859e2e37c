// People: whose name is whose, which roles go together, and what each change leaves of invites and sessions.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PeopleStore } from '../../../src/http/access/people-store.ts';
import {
  checkedGrants,
  PERSON_ROLES,
  type PersonRequest,
  readMail,
  readName,
} from '../../../src/http/access/person.ts';

const NOW = Date.UTC(2026, 5, 1);
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-people-store-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const request = (name: string, mail: string | null = null): PersonRequest => ({
  ...{ name, mail, language: 'en', zone: 'UTC', grants: [{ role: 'operator', merchant: '*' }] },
});

describe('a people store', () => {
  test('gives each name and address to one person who is not disabled, whatever its letters', () => {
    const store = new PeopleStore(dir);
    const { person } = store.create(request('Asha', 'asha@example.com'), NOW);
    expect(() => store.create(request('ASHA'), NOW)).toThrow(/HESABU_PERSON_EXISTS/);
    expect(() => store.create(request('Juma', 'asha@example.com'), NOW)).toThrow(/HESABU_PERSON_EXISTS/);
    store.disable(person.id, NOW);
    expect(store.create(request('ASHA', 'asha@example.com'), NOW).person.id).not.toBe(person.id);
  });

  test('counts each change that ends sessions, and asks for a second factor where a role needs one', () => {
    const [store, other] = [new PeopleStore(dir), new PeopleStore(dir)];
    const { id } = store.create(request('Asha'), NOW).person;
    const versions = () => other.list().map(({ version }) => version);
    expect(store.grant(id, [{ role: 'auditor', merchant: 'A' }], NOW).invite).toBeNull();
    expect(store.grant(id, [{ role: 'approver', merchant: 'A' }], NOW).invite).toMatch(/^hsi_/);
    expect(versions()).toEqual([3]);
    store.disable(id, NOW + 5);
    expect(store.disable(id, NOW + 9).disabled_at).toBe(NOW + 5);
    expect(versions()).toEqual([4]);
    expect(() => store.invite(id, NOW)).toThrow(/HESABU_PERSON_UNKNOWN/);
    expect(other.list()[0]!.invite).toBeNull();
  });

  test('is not opened with a role that there is not', () => {
    const store = new PeopleStore(dir);
    store.create(request('Asha'), NOW);
    const path = join(dir, 'keys', 'people.json');
    writeFileSync(
      path,
      JSON.stringify({ people: [{ ...store.list()[0], grants: [{ role: 'root', merchant: '*' }] }] }),
    );
    expect(() => store.list()).toThrow(/HESABU_CONFIG_INVALID/);
  });
});

test('nobody is admin and approver at once, and an admin is one for all merchants', () => {
  const grant = fc.record({ role: fc.constantFrom(...PERSON_ROLES), merchant: fc.constantFrom('*', 'A', '__proto__') });
  fc.assert(
    fc.property(fc.array(grant), (grants) => {
      const roles = new Set(grants.map(({ role }) => role));
      const isBoth = roles.has('admin') && roles.has('approver');
      if (isBoth || grants.some(({ role, merchant }) => role === 'admin' && merchant !== '*')) {
        expect(() => checkedGrants(grants)).toThrow(/HESABU_ROLES_CONFLICT/);
      } else {
        const checked = checkedGrants(grants);
        expect(checkedGrants([...grants, ...grants].reverse())).toEqual(checked);
        for (const one of grants) expect(checked).toContainEqual(one);
      }
    }),
  );
});

test('a name is a text of one line that is neither an id nor an address', () => {
  expect([' Asha\u00a0 Mushi ', '阿莎', "O'Neil"].map(readName)).toEqual(['Asha Mushi', '阿莎', "O'Neil"]);
  const hostile = [
    '',
    ' ',
    'p-0f3a9c51be77',
    'P-0F3A9C51BE77',
    'a@b.c',
    'a\u0000b',
    'a\u202eb',
    'a\u200bb',
    'x'.repeat(101),
  ];
  expect(hostile.map(readName)).toEqual(hostile.map(() => undefined));
});

test('an address has one form', () => {
  expect([' Asha@Example.COM ', 'ａsha@example.com'].map(readMail)).toEqual(['asha@example.com', 'asha@example.com']);
  const hostile = ['asha', '@b.c', 'a@b', 'a b@c.d', 'a@b.c\u0000', 'a@b.c\r\nBcc: d@e.f', `${'a'.repeat(65)}@b.c`];
  expect(hostile.map(readMail)).toEqual(hostile.map(() => undefined));
});
