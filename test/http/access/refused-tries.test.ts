// Refused tries to sign in: each is in the audit trail, but for those of somebody who tries very often.
import { expect, test } from 'vitest';
import { RefusedTries } from '../../../src/http/access/refused-tries.ts';
import { givenApi } from '../api/given-api.ts';
import { givenPerson, PASSWORD, signIn } from './given-people.ts';

test('are in the trail with whom they name, from where, and nothing that was typed', () =>
  givenApi(async (given) => {
    const { id } = await givenPerson(given, 'Asha', 'operator');
    given.clock.at += 60_000;
    const remoteAddress = '192.0.2.7';
    await signIn(given, { name: 'asha@example.com', password: 'four other short words' }, { remoteAddress });
    given.clock.at += 60_000;
    const stranger = { name: 'my secret sentence', password: 'x' };
    const answer = await signIn(given, stranger, { remoteAddress: '192.0.2.8' });
    expect([answer.status, answer.json.code]).toEqual([401, 'HESABU_SIGN_IN_REFUSED']);
    const { json, text } = await given.ask({ url: '/v1/audit', key: given.key('auditor', '*') });
    const refused = { status: 401, code: 'HESABU_SIGN_IN_REFUSED' };
    expect(json.calls.slice(0, 2)).toMatchObject([
      { route: 'POST /v1/session', person: null, address: '192.0.2.8', names: [], body: '', outcome: refused },
      { route: 'POST /v1/session', person: id, address: '192.0.2.7', names: [id], body: '', outcome: refused },
    ]);
    expect(text).not.toMatch(/secret sentence|other short/);
    await signIn(given, { name: 'Asha', password: PASSWORD });
    const all = await given.ask({ url: '/v1/audit?what=sign_ins', key: given.key('auditor', '*') });
    expect(all.json.calls.map((call: { outcome: object }) => call.outcome)).toMatchObject([
      { status: 201 },
      ...Array.from({ length: 2 }, () => refused),
      ...[{ status: 201 }],
    ]);
    const only = await given.ask({
      url: '/v1/audit?what=sign_ins&outcome=refused',
      key: given.key('auditor', '*'),
    });
    expect(only.json.calls).toEqual(json.calls.slice(0, 2));
    const found = await given.ask({ url: `/v1/audit?person=${id}&outcome=refused`, key: given.key('auditor', '*') });
    expect(found.json.calls[0]).toMatchObject({ address: '192.0.2.7', outcome: refused });
  }));

test('of one source are five a minute, of all sixty; the next one says how many were left out', () => {
  const clock = { at: 0, now: () => clock.at };
  const tries = new RefusedTries(clock);
  const take = (address: string, count: number) => Array.from({ length: count }, () => tries.take(address));
  expect(take('2001:db8::1', 7)).toEqual([0, 0, 0, 0, 0, null, null]);
  // Another address of the same network is the same source.
  expect([tries.take('2001:db8::2'), tries.take('192.0.2.1')]).toEqual([null, 3]);
  const others = Array.from({ length: 60 }, (_, at) => tries.take(`198.51.100.${at}`));
  expect([others.filter((one) => one === null).length, others.at(-1)]).toEqual([6, null]);
  clock.at = 60_000;
  expect(tries.take('2001:db8::1')).toBe(6);
});
