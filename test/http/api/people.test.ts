// Admins manage people: each change is known, counts at once, and is never of oneself. What people read is in the
// trail.
import { describe, expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { codeOf, givenPerson, PASSWORD, send } from '../access/given-people.ts';
import { type Answered, type Given, givenApi } from './given-api.ts';

const ADMIN = { role: 'admin', merchant: '*' } as const;

async function trail(given: Given, query: string) {
  return (await given.ask({ url: `/v1/audit?${query}`, key: given.key('auditor', '*') })).json.calls;
}

describe('an admin', () => {
  test('creates people, who take their invite, and changes what they may do; all of it is in the trail', () =>
    givenApi(async (given) => {
      const headers = given.browserOf('Neema', ADMIN);
      const json = {
        name: ' Asha  Mushi',
        mail: 'Asha@Example.com',
        roles: [{ role: 'approver', merchant: 'shop-1' }],
      };
      const made = await send(given, 'POST', '/v1/people', json, { headers });
      expect([made.status, made.json]).toEqual([
        201,
        {
          person: {
            ...{ id: expect.stringMatching(/^p-[0-9a-f]{12}$/), name: 'Asha Mushi', mail: 'asha@example.com' },
            ...{ language: 'en', zone: 'UTC', roles: json.roles, state: 'invited', sign_in: null },
            created_at: '2026-06-01T12:00:00Z',
          },
          invite: expect.stringMatching(/^hsi_/),
        },
      ]);
      const { invite, person } = made.json;
      const { secret } = (await send(given, 'POST', '/v1/session/invite', { invite })).json.totp;
      const taken = { invite, password: PASSWORD, code: codeOf(given, secret) };
      expect((await send(given, 'POST', '/v1/session/invite', taken)).status).toBe(201);
      const change = (act: string, body?: object) =>
        send(given, 'POST', `/v1/people/${person.id}/${act}`, body, { headers });
      const roles = [{ role: 'operator', merchant: 'shop-1' }];
      expect((await change('roles', { roles })).json).toMatchObject({ person: { roles, state: 'live' }, invite: null });
      expect((await change('reset')).json).toMatchObject({
        person: { state: 'invited' },
        invite: expect.stringMatching(/^hsi_/),
      });
      expect((await change('disable')).json).toMatchObject({ person: { state: 'disabled' }, invite: null });
      const listed = (await given.ask({ url: '/v1/people', headers })).json.people;
      expect(listed.map(({ name, state }: Record<string, string>) => [name, state])).toEqual([
        ['Neema', 'invited'],
        ['Asha Mushi', 'disabled'],
      ]);
      const steps = (await trail(given, `reference=${person.id}&what=changes`)).reverse();
      expect(steps.map(({ route, role }: Record<string, string>) => [route, role])).toEqual([
        ['POST /v1/people', 'admin'],
        ['POST /v1/session/invite', 'approver'],
        ...['roles', 'reset', 'disable'].map((act) => [`POST /v1/people/:id/${act}`, 'admin']),
      ]);
      expect(JSON.stringify([steps, given.exchanges])).not.toContain(invite);
    }));

  test('changes nothing of themself, gives no roles that do not go together, and no fields beyond (S12 partly)', () =>
    givenApi(async (given) => {
      const headers = given.browserOf('Neema', ADMIN);
      const id = given.parts.people.named('Neema')!.id;
      for (const act of ['roles', 'reset', 'disable']) {
        const body = act === 'roles' ? { roles: [] } : undefined;
        const answer = await send(given, 'POST', `/v1/people/${id}/${act}`, body, { headers });
        expect([act, answer.status, answer.json.code]).toEqual([act, 403, 'HESABU_FORBIDDEN']);
      }
      const create = async (json: object) => {
        const answer = await send(given, 'POST', '/v1/people', { name: 'Asha', roles: [], ...json }, { headers });
        return [answer.status, answer.json.code];
      };
      const both = [ADMIN, { role: 'approver', merchant: 'shop-1' }];
      expect(await create({ roles: both })).toEqual([422, 'HESABU_ROLES_CONFLICT']);
      expect(await create({ name: 'NEEMA' })).toEqual([409, 'HESABU_PERSON_EXISTS']);
      for (const field of [{ id }, { password: 'x' }, { version: 9 }, { name: id }, { name: 'a\u202eb' }]) {
        expect([field, await create(field)]).toEqual([field, [400, 'HESABU_REQUEST_INVALID']]);
      }
      expect(await create({ zone: 'Mars' })).toEqual([422, 'HESABU_FIELD_INVALID']);
      const unknown = await send(given, 'POST', '/v1/people/p-000000000000/disable', undefined, { headers });
      expect([unknown.status, unknown.json.code]).toEqual([404, 'HESABU_PERSON_UNKNOWN']);
      expect(given.parts.people.list()).toHaveLength(1);
    }));
});

describe('what a signed-in person reads', () => {
  test('is in the trail with route, filter and key, once in a quarter of an hour; what keys read is not', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await given.ledger.loop.catchUp();
      const { id, headers } = await givenPerson(given, 'Asha', 'operator', 'shop-1');
      const read = async (url: string) => (await given.ask({ url, headers })).status;
      for (let again = 0; again < 3; again++) {
        expect(await read('/v1/transactions/A-1')).toBe(200);
        expect(await read('/v1/transactions?limit=5')).toBe(200);
        expect(await read('/v1/transactions/A-2')).toBe(404);
        expect(await read('/v1/exchanges')).toBe(400);
        expect(await read('/v1/me')).toBe(200);
      }
      await given.ask({ url: '/v1/transactions/A-1', key: given.key('operator', '*') });
      given.clock.at += 15 * 60_000;
      await read('/v1/transactions/A-1');
      const reads = await trail(given, `person=${id}&what=reads`);
      const shown = ({ route, query, names, outcome }: Answered['json']) => [route, query, names, outcome.status];
      expect(reads.map(shown).reverse()).toEqual([
        ['GET /v1/transactions/:id', '', ['A-1'], 200],
        ['GET /v1/transactions', 'limit=5', [], 200],
        ['GET /v1/transactions/:id', '', ['A-2'], 404],
        ['GET /v1/exchanges', '', [], 400],
        ['GET /v1/transactions/:id', '', ['A-1'], 200],
      ]);
      expect(await trail(given, 'what=changes')).toHaveLength(1);
    }));
});
