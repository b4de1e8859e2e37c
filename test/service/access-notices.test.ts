// Who hears of changed rights and settings: approvers, however they were changed.
import { expect, test } from 'vitest';
import { withNotices } from './given-notices.ts';

test('each change of what people may do is told to approvers, with the roles before and after', () =>
  withNotices(async ({ given, person, toldOfAccess }) => {
    const { people } = given.parts;
    const asha = person('Asha', 'approver', '*');
    const chen = person('Chen', 'approver', 'shop-1');
    await toldOfAccess();
    const mallory = person('Mallory', 'operator', 'shop-1');
    expect(await toldOfAccess()).toEqual(
      ['Asha', 'Chen', 'room'].map((who) => `people.changed Mallory: had no role, has operator@shop-1 -> ${who}`),
    );
    people.grant(mallory, [{ role: 'approver', merchant: '*' }], given.clock.now());
    // Of all merchants: told to all approvers, and to Mallory too.
    expect(await toldOfAccess()).toEqual(
      ['Asha', 'Chen', 'Mallory', 'room'].map((who) => {
        return `people.changed Mallory: had operator@shop-1, has approver@* -> ${who}`;
      }),
    );
    expect(await toldOfAccess()).toEqual([]);
    people.disable(chen, given.clock.now());
    expect((await toldOfAccess())[0]).toBe('people.changed Chen: had approver@shop-1, has no role -> Asha');
    people.disable(asha, given.clock.now());
    expect((await toldOfAccess()).at(-1)).toBe('people.changed Asha: had approver@*, has no role -> room');
  }));

test('a new way to sign in, and another routing, are told once, also over a start', () =>
  withNotices(async ({ given, person, routing, toldOfAccess, again }) => {
    person('Asha', 'approver', '*');
    const zhang = given.parts.people.idOf('Zhang');
    await toldOfAccess();
    again();
    expect(await toldOfAccess()).toEqual([]);
    routing.rows = [{ owner: 'team-a' }];
    again();
    expect(await toldOfAccess()).toEqual(
      ['Asha', 'room'].map((who) => `settings.changed Who gets which cases was changed -> ${who}`),
    );
    given.parts.people.invite(zhang, given.clock.now());
    expect(await toldOfAccess()).toEqual(
      ['Asha', 'room'].map((who) => `people.changed Zhang: gets a new way to sign in, by an invite -> ${who}`),
    );
  }));

test('who approves for one shop hears of roles for several shops and for all, and of no other shop', () =>
  withNotices(async ({ given, person, toldOfAccess }) => {
    const { people } = given.parts;
    const grant = (id: string, ...merchants: string[]) =>
      people.grant(
        id,
        merchants.map((merchant) => ({ role: 'operator' as const, merchant })),
        given.clock.now(),
      );
    person('Asha', 'approver', '*');
    person('Chen', 'approver', 'shop-1');
    const mallory = person('Mallory', 'operator', 'shop-3');
    await toldOfAccess();
    grant(mallory, 'shop-1', 'shop-2');
    const all = 'people.changed Mallory: had operator@shop-3, has operator@shop-1, operator@shop-2';
    expect(await toldOfAccess()).toEqual([
      'people.changed Mallory: had no role, has operator@shop-1 -> Chen',
      ...[`${all} -> Asha`, `${all} -> room`],
    ]);
    grant(mallory, 'shop-1', 'shop-2', 'shop-3');
    expect((await toldOfAccess()).filter((line) => line.endsWith('Chen'))).toEqual([]);
    grant(mallory, '*');
    expect(await toldOfAccess()).toContain('people.changed Mallory: had operator@shop-1, has operator@* -> Chen');
  }));
