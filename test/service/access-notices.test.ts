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
    // Of all merchants: told to those who see all of them, and to Mallory too.
    expect(await toldOfAccess()).toEqual(
      ['Asha', 'Mallory', 'room'].map((who) => {
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
