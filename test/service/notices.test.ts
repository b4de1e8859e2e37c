// Who is told of what, from a real ledger: cases, proposals, deadlines, new rules, alerts and mornings.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/domain/fact.ts';
import { parseRules } from '../../src/matching/rules.ts';
import { AlertTable } from '../../src/projections/alerts/alert-table.ts';
import { knownSecrets } from '../../src/runtime/known-secrets.ts';
import { approved, CLOSED_DAY, closing, rejected, SERVICE } from '../matching/given-decisions.ts';
import { withNotices } from './given-notices.ts';
import { order, paid } from './ledger/given-live-ledger.ts';

const HOUR = 3_600_000;

describe('a case', () => {
  test('that the routing gives to a person is told to him and to the room, once, also after a restart', () =>
    withNotices(async (world) => {
      const owner = world.person('Asha', 'operator', 'shop-1');
      world.routing.rows = [{ owner, due: 3 }];
      await world.short('A-1', '300.00');
      expect(await world.told()).toEqual(['case.assigned A-1 -> Asha', 'case.assigned A-1 -> room']);
      expect(world.textFor('channel room')).toEqual([
        ...['A case has an owner', '300.00 KES', 'A-1 · Paid too little · 300.00 KES'],
        expect.stringMatching(/^https:\/\/desk\.example\/desk\/breaks\/[\w-]+$/),
      ]);
      expect(world.textFor('channel room', 'fr').slice(0, -1)).toEqual([
        ...['Un écart a un responsable', '300,00\u00a0KES', 'A-1 · Paiement insuffisant · 300,00\u00a0KES'],
      ]);
      world.again();
      expect(await world.told()).toEqual([]);
      await world.short('A-2', '5.00');
      expect(await world.told()).toEqual(['case.assigned A-2 -> Asha', 'case.assigned A-2 -> room']);
      expect(world.textFor('channel room', 'zh-CN', 'reference').slice(0, 2)).toEqual(['2 笔差错已分派', '重点：']);
      expect(world.textFor('channel room', 'fr', 'none').slice(0, -1)).toEqual(['2 écarts ont un responsable']);
    }));

  test('of a merchant for whom its owner has no role is not told to him (S10)', () =>
    withNotices(async (world) => {
      world.routing.rows = [{ owner: world.person('Brian', 'operator', 'shop-2') }];
      await world.short('A-1', '300.00');
      expect(await world.told()).toEqual(['case.assigned A-1 -> room']);
    }));

  test('is due, overdue, and passed on, each once', () =>
    withNotices(async (world) => {
      const { clock } = world.given;
      const owner = world.person('Asha', 'operator', '*');
      world.routing.rows = [
        { owner, reason: 'AMOUNT_UNDER', due: 2, escalate_to: world.person('Chen', 'approver', '*') },
      ];
      await world.short('A-1', '300.00');
      await world.told();
      const told: Record<string, string[]> = {};
      for (let hour = 0; hour < 7 * 24; hour++) {
        clock.at += HOUR;
        const lines = (await world.told()).filter((line) => !line.startsWith('digest'));
        if (lines.length > 0) told[hour] = lines;
      }
      const both = (event: string) => [`case.${event} A-1 -> Asha`, `case.${event} A-1 -> room`];
      const late = [...['case.escalated A-1 -> Chen', 'case.escalated A-1 -> room'], ...both('overdue')];
      expect(Object.values(told)).toEqual([both('due'), late]);
      const [due, overdue] = Object.keys(told).map(Number);
      expect(overdue! - due!).toBe(24);
    }));

  test('that is overdue is told to each new owner, and passed on again at another due time', () =>
    withNotices(async (world) => {
      const { clock, keyOf } = world.given;
      const [asha, brian] = [world.person('Asha', 'operator', '*'), world.person('Brian', 'operator', '*')];
      world.routing.rows = [{ owner: asha, escalate_to: world.person('Chen', 'approver', '*') }];
      const { id } = await world.short('A-1', '300.00');
      await world.told();
      const [operator, start] = [keyOf('Zhang', 'operator', 'shop-1'), clock.at];
      const told = async (owner: string, due: number, hour: number) => {
        const wanted = { owner, due_at: new Date(start + due * HOUR).toISOString(), waiting_on: null };
        expect((await world.post(operator, `/v1/cases/${id}/assignment`, wanted)).status).toBe(200);
        const before = await world.told();
        clock.at = start + hour * HOUR;
        const lines = [...before, ...(await world.told())];
        return lines.filter((line) => /(overdue|escalated) A-1 -> [^r]/.test(line));
      };
      expect(await told(asha, 1, 2)).toEqual(['case.escalated A-1 -> Chen', 'case.overdue A-1 -> Asha']);
      expect(await told(brian, 1, 3)).toEqual(['case.overdue A-1 -> Brian']);
      expect(await told(brian, 4, 5)).toEqual(['case.escalated A-1 -> Chen', 'case.overdue A-1 -> Brian']);
    }));

  test('that is open again after it was resolved is told to owner and maker, with what it was and is', () =>
    withNotices(async (world) => {
      const maker = world.person('Asha', 'operator', 'shop-1');
      const { id, finding } = await world.short('A-1', '20.00');
      const wanted = { finding, kind: 'write_off', cause: 'customer_error' };
      await world.post(world.given.keyOf(maker, 'operator', 'shop-1'), `/v1/cases/${id}/proposals`, wanted);
      await world.told();
      await world.given.ledger.writer.append([order('A-1', { amount: '1050.00', placed_at: '2026-06-01T11:30:00Z' })]);
      expect(await world.told()).toContain('case.reopened A-1 -> Asha');
      expect(world.textFor(`mail ${maker}`)[2]).toBe('A-1 · Paid too little · 70.00 KES · was 20.00 KES, is 70.00 KES');
    }));

  test('that is open again as another one is told to the maker as that', () =>
    withNotices(async (world) => {
      const maker = world.person('Asha', 'operator', 'shop-1');
      const { id, finding } = await world.short('A-1', '20.00');
      const wanted = { finding, kind: 'write_off', cause: 'customer_error' };
      await world.post(world.given.keyOf(maker, 'operator', 'shop-1'), `/v1/cases/${id}/proposals`, wanted);
      await world.told();
      await world.given.ledger.writer.append([paid('A-1', { id: 'ev-2', data: { transaction_id: 'P-2' } })]);
      expect(await world.told()).toContain('case.reopened A-1 -> Asha');
      expect(world.textFor(`mail ${maker}`)[2]).toBe(
        'A-1 · Paid more than once · 980.00 KES · was 20.00 KES, is 980.00 KES',
      );
    }));
});

describe('a proposal', () => {
  test('that waits is told to approvers of its merchant, and its end to its maker', () =>
    withNotices(async (world) => {
      const { given } = world;
      const maker = world.person('Asha', 'operator', 'shop-1');
      world.person('Chen', 'approver', 'shop-1');
      world.person('Dede', 'approver', 'shop-2');
      const { id, finding } = await world.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await world.post(given.keyOf(maker, 'operator', 'shop-1'), `/v1/cases/${id}/proposals`, wanted);
      expect(await world.told()).toEqual(['proposal.awaiting A-1 -> Chen', 'proposal.awaiting A-1 -> room']);
      const checker = given.browserOf('Wanjiru', { role: 'approver', merchant: 'shop-1' });
      await world.post(checker, `/v1/proposals/${json.id}/approval`, { content: json.content });
      expect(await world.told()).toEqual(['proposal.decided A-1 -> Asha', 'proposal.decided A-1 -> room']);
    }));

  test('that evidence answers before anybody does is told to its maker and its approvers, and in the morning', () =>
    withNotices(async (world) => {
      const { clock, ledger } = world.given;
      const maker = world.person('Asha', 'operator', 'shop-1');
      world.person('Chen', 'approver', 'shop-1');
      world.person('Dede', 'approver', 'shop-2');
      const { id, finding } = await world.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      await world.post(world.given.keyOf(maker, 'operator', 'shop-1'), `/v1/cases/${id}/proposals`, wanted);
      await world.told();
      clock.at += HOUR;
      await ledger.writer.append([paid('A-1', { id: 'ev-2', data: { amount: '300.00', transaction_id: 'P-2' } })]);
      const both = ['Asha', 'Chen', 'room'].map((who) => `proposal.settled A-1 -> ${who}`);
      expect(await world.told()).toEqual(both);
      expect(world.textFor(`mail ${maker}`)).toEqual([
        ...['Evidence answered a proposal before anybody decided', '300.00 KES', 'A-1 · Paid too little · 300.00 KES'],
        `https://desk.example/desk/breaks/${id}`,
      ]);
      clock.at += 22 * HOUR;
      expect(await world.told()).toContain('digest  -> Chen');
      expect(world.textFor('channel room')).toContain('Proposals that evidence answered since yesterday: 1');
    }));
});

test('rules that come back are told again', () =>
  withNotices(async (world) => {
    const { ledger, clock } = world.given;
    world.person('Chen', 'approver', '*');
    await world.short('A-1', '300.00');
    const before = ledger.loop.rules;
    const others = parseRules({ decision_keys: [SERVICE.signer] });
    await world.told();
    for (const rules of [others, before, others]) {
      clock.at += HOUR;
      ledger.loop.rules = rules;
      expect(await world.told()).toContain('rules.changed  -> Chen');
    }
  }));

test('a day is told as closed by the approval that closes it, and by no other', () =>
  withNotices(async (world) => {
    const { ledger } = world.given;
    world.person('Chen', 'approver', '*');
    const told = async (...facts: readonly Fact[]) => {
      await ledger.writer.append(facts);
      return (await world.told()).filter((line) => line.startsWith('day'));
    };
    const [first, second] = [closing(), closing({ key: 'k2' })];
    const [early, late] = [Date.parse('2026-03-21T08:00:00Z'), Date.parse('2026-03-22T08:00:00Z')];
    const other = { person: 'p-mutua', roles: ['approver'], via: 'desk' } as const;
    expect(await told(first, rejected(first, { at: early }), approved(first, { at: late }))).toEqual([]);
    const closed = `day.closed ${CLOSED_DAY}:*`;
    expect(await told(second, approved(second, { at: early }))).toEqual([`${closed} -> Chen`, `${closed} -> room`]);
    const third = closing({ key: 'k3' });
    expect(await told(third, approved(third, { at: late, by: other }))).toEqual([]);
    expect(await told(approved(third, { at: late }))).toEqual([]);
  }));

test('the report of a day is told once to those who may read all of it, with its day for the mail', () =>
  withNotices(async (world) => {
    const chen = world.person('Chen', 'approver', '*');
    world.person('Asha', 'operator', 'shop-1');
    for (let time = 0; time < 2; time++) world.notices.reported('2026-05-31');
    const ready = 'report.ready 2026-05-31';
    expect(await world.told()).toEqual([`${ready} -> Chen`, `${ready} -> room`]);
    expect(world.textFor(`mail ${chen}`)).toEqual([
      ...['The report of a day is ready', '2026-05-31', 'https://desk.example/desk/'],
    ]);
  }));

test('what is read of a lost place in the ledger begins anew, and keeps back nothing else', () =>
  withNotices(async (world) => {
    const { database, clock, ledger } = world.given;
    world.routing.rows = [{ owner: world.person('Asha', 'operator', '*') }];
    const lost = ledger.reader.end.replace(/^\d+/, '99999');
    database.prepare("UPDATE notice_state SET value = ? WHERE name = 'changes'").run(lost);
    new AlertTable(database).raise('callback_silence', 'mpesa/main', clock.now(), '90', '60');
    expect(await world.told()).toEqual(['alert.raised  -> Asha', 'alert.raised  -> room']);
    expect(world.textFor('channel room', 'fr')[1]).toMatch(/^Aucune notification de mpesa\/main depuis 90 minutes/);
    await world.short('A-1', '300.00');
    expect(await world.told()).toEqual(['case.assigned A-1 -> Asha', 'case.assigned A-1 -> room']);
  }));

test('an alert is told in its own words, and the room hears when it is over', () =>
  withNotices(async (world) => {
    const { database, clock } = world.given;
    world.person('Asha', 'operator', '*');
    world.person('Brian', 'operator', 'shop-1');
    const table = new AlertTable(database);
    const { id } = table.raise('callback_silence', 'mpesa/main', clock.now(), '90', '60');
    expect(await world.told()).toEqual(['alert.raised  -> Asha', 'alert.raised  -> room']);
    expect(world.textFor('channel room')).toEqual([
      ...['An alert was raised', 'No callback from mpesa/main', 'https://desk.example/desk/alerts'],
    ]);
    table.clear(id, clock.now());
    expect(await world.told()).toEqual(['alert.cleared  -> room']);
  }));

test('a digest comes once a morning, of the own zone, with what is open; and not to those who want none', () =>
  withNotices(async (world) => {
    const { clock } = world.given;
    const asha = world.person('Asha', 'operator', '*');
    const brian = world.person('Brian', 'operator', '*');
    world.notices.setPreferences(brian, { mail: 'none', detail: 'none' });
    world.routing.rows = [{ owner: asha }];
    await world.short('A-1', '300.00');
    await world.told();
    const hours: number[] = [];
    for (let hour = 0; hour < 48; hour++) {
      clock.at += HOUR;
      const digests = (await world.told()).filter((line) => line.startsWith('digest'));
      if (digests.some((line) => line.endsWith('Asha'))) hours.push(hour);
      expect(digests.filter((line) => line.endsWith('Brian'))).toEqual([]);
    }
    // From noon on: eight in the morning is twenty hours later.
    expect(hours).toEqual([19, 43]);
    expect(world.textFor(`mail ${asha}`).some((line) => line.startsWith('Open cases: '))).toBe(true);
  }));

test('a test says what the other side said, and a channel that is not there is not found', () =>
  withNotices(async ({ notices }) => {
    expect(await notices.test({ channel: 'room' })).toEqual({ taken: true, words: '200 ok' });
    await expect(notices.test({ channel: 'other' })).rejects.toMatchObject({ code: 'HESABU_NOT_FOUND' });
    // A part of the room's address is a secret, whatever its letters are.
    expect(knownSecrets.hide('no secretWithoutAnyDigit')).toBe('no (redacted)');
  }));

test('tests stay within the limit of the other side, as all else', () =>
  withNotices(async ({ notices, given }) => {
    let tests = 0;
    const limited = async () => {
      for (; tests < 100; tests++) await notices.test({ channel: 'room' });
    };
    await expect(limited()).rejects.toMatchObject({ code: 'HESABU_GATEWAY_LIMITED' });
    expect(tests).toBeGreaterThan(0);
    given.clock.at += 60_000;
    expect((await notices.test({ channel: 'room' })).taken).toBe(true);
  }));

test('a reference that is a telephone number is hidden, and so is one in an alert', () =>
  withNotices(async (world) => {
    world.routing.rows = [{ owner: 'team-a' }];
    await world.given.ledger.writer.append([
      order('254711223344'),
      paid('254711223344', { data: { amount: '900.00' } }),
    ]);
    await world.told();
    expect(world.textFor('channel room').join(' ')).not.toContain('254711223344');
  }));
