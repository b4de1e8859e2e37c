// The audit trail in its tables: rows come and stay, whatever statement somebody tries, and go after twelve months.
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AskedCall, CallOutcome } from '../../../src/http/api/call-trail.ts';
import { SharedCommit } from '../../../src/service/tables/shared-commit.ts';
import { checkChain, TrailChain } from '../../../src/service/tables/trail-chain.ts';
import { TrailTable } from '../../../src/service/tables/trail-table.ts';

/** Columns of a call, with another person in it. */
const OTHERS = "at, request, key, 'Juma', role, address, route, names, query, body";
const DAY = 86_400_000;
/** Long past for every machine: nothing goes that its clock does not call old. */
const NOON = Date.parse('2024-06-01T12:00:00Z');
const IN_2100 = Date.parse('2100-01-01T00:00:00Z');
const OUTCOME: CallOutcome = { at: NOON, status: 202, code: null, replayed: false, names: ['A-1', 'F-1'] };
const call = (request: string, at = NOON): AskedCall => ({
  ...{ request, at, key: 'k', person: 'Asha', role: 'operator', address: '192.0.2.7', route: 'POST /v1/orders' },
  ...{ names: ['A-1'], query: '', body: '{}' },
});

let database: DatabaseSync;
let trail: TrailTable;
beforeEach(() => {
  database = new DatabaseSync(':memory:');
  trail = new TrailTable(database, new SharedCommit(database));
});
afterEach(() => database.close());

const all = () =>
  ['audit_asked', 'audit_outcomes', 'audit_names'].map((name) => database.prepare(`SELECT * FROM ${name}`).all());

describe('a row of the trail', () => {
  test.each([
    "UPDATE audit_asked SET person = 'Juma'",
    'UPDATE audit_outcomes SET status = 500',
    "UPDATE audit_names SET name = 'B-1'",
    'DELETE FROM audit_asked',
    'DELETE FROM audit_outcomes',
    'DELETE FROM audit_names',
    `INSERT OR REPLACE INTO audit_asked SELECT id, ${OTHERS} FROM audit_asked`,
    `INSERT OR REPLACE INTO audit_asked SELECT 99, ${OTHERS} FROM audit_asked`,
    'REPLACE INTO audit_outcomes SELECT asked, at, 500, code, replayed, names FROM audit_outcomes',
    'INSERT INTO audit_outcomes SELECT asked, at, 500, code, replayed, names FROM audit_outcomes',
    "UPDATE OR REPLACE audit_asked SET person = 'Juma'",
  ])('is not changed by %s', async (statement) => {
    await trail.asked(call('x-1'), OUTCOME);
    const before = all();
    expect(() => database.exec(statement)).toThrow(/append-only/);
    expect(all()).toEqual(before);
  });

  test('is readable for twelve months, and goes afterwards with its outcome and names (R17)', async () => {
    const ages = [400, 367, 366, 365, 30, 0];
    for (const age of ages) {
      const at = NOON - age * DAY;
      const id = await trail.asked(call(`x-${age}`, at), null);
      await trail.answered(id, ['A-1'], { ...OUTCOME, at });
    }
    expect(trail.prune(NOON + 9 * DAY)).toBe(2);
    expect(trail.find({ reference: 'F-1', limit: 10 }).map(({ request }) => request)).toEqual([
      ...['x-0', 'x-30', 'x-365', 'x-366'],
    ]);
    expect(all().map((rows) => rows.length)).toEqual([4, 4, 8]);
    expect(trail.prune(NOON + 9 * DAY)).toBe(0);
    // The outcome of a call that ran for a day is as old as it is.
    const at = NOON - 366 * DAY;
    const id = await trail.asked(call('x-slow', at - 1), null);
    await trail.answered(id, ['A-1'], { ...OUTCOME, at: at + 1 });
    expect(trail.prune(NOON + 9 * DAY)).toBe(0);
    await trail.asked(call('x-new', NOON + 2), null);
    expect([trail.prune(NOON + 9 * DAY), trail.prune(NOON + 9 * DAY)]).toEqual([2, 0]);
    expect(() => database.exec('DELETE FROM audit_asked')).toThrow(/append-only/);
  });

  test.each([
    ['a row of a time to come', IN_2100, IN_2100],
    ['a clock that is behind', NOON + 400 * DAY, NOON],
  ])('is not removed because of %s', async (_, newest, now) => {
    for (const at of [now === NOON ? NOON : Date.now() - 30 * DAY, newest])
      await trail.asked(call(`x-${at}`, at), null);
    expect(trail.prune(now)).toBe(0);
    expect(trail.find({ limit: 10 })).toHaveLength(2);
    if (now === IN_2100) expect(() => database.exec('DELETE FROM audit_asked')).toThrow(/append-only/);
  });

  test('has no outcome until it is written', async () => {
    const id = await trail.asked(call('x-1'), null);
    expect(trail.find({ limit: 1 })).toMatchObject([{ request: 'x-1', outcome: null }]);
    await trail.answered(id, ['A-1'], OUTCOME);
    expect(trail.find({ limit: 1 })).toMatchObject([{ outcome: { ...OUTCOME, names: ['F-1'] } }]);
  });
});

describe('writes of one turn', () => {
  test('share a commit, and each is done once all are on the disk', async () => {
    const statements: string[] = [];
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      statements.push(sql);
      exec(sql);
    };
    await Promise.all(Array.from({ length: 50 }, (_, at) => trail.asked(call(`x-${at}`), null)));
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(trail.find({ limit: 100 })).toHaveLength(50);
  });

  test('of which one fails are all refused, and none is there', async () => {
    const writes = [call('x-1'), call('x-1'), call('x-2')].map((one) => trail.asked(one, null));
    expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(trail.find({ limit: 10 })).toEqual([]);
    await trail.asked(call('x-3'), null);
    expect(trail.find({ limit: 10 })).toHaveLength(1);
  });
});

describe('the chain of records', () => {
  const dropped = () => {
    const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  };
  const week = async () => {
    for (let nth = 0; nth < 6; nth++) {
      const id = await trail.asked(call(`x-${nth}`, NOON + nth), nth % 2 === 0 ? OUTCOME : null);
      if (nth % 2 === 1 && nth < 5) await trail.answered(id, ['A-1'], OUTCOME);
    }
  };
  const checked = (noted?: string) => checkChain(database, NOON - 366 * DAY, noted);

  test('is whole over all that the service writes, and grows from each head', async () => {
    expect(checked()).toEqual({ links: 0, unlinked: 0, head: null, fault: null });
    await week();
    const { head, ...rest } = checked();
    expect(rest).toEqual({ links: 11, unlinked: 0, fault: null });
    expect(head).toMatch(/^11-[0-9a-f]{64}$/);
    await trail.asked(call('x-9'), null);
    expect(checked(head!)).toMatchObject({ links: 12, fault: null });
  });

  test.each([
    ["UPDATE audit_asked SET person = 'Juma' WHERE id = 3", 'record 5'],
    ["UPDATE audit_asked SET names = '[]' WHERE id = 1", 'record 1'],
    ['UPDATE audit_outcomes SET status = 500 WHERE asked = 2', 'record 4'],
    ['DELETE FROM audit_outcomes WHERE asked = 2', 'record 4'],
    ['DELETE FROM audit_asked WHERE id = 4', 'record 7'],
    ['DELETE FROM audit_asked WHERE id = 4; DELETE FROM audit_chain WHERE asked = 4', 'record 9'],
    ['DELETE FROM audit_asked WHERE id = 6; DELETE FROM audit_chain WHERE asked = 6', 'the end'],
    ['DELETE FROM audit_chain WHERE id < 3; DELETE FROM audit_asked WHERE id = 1', 'record 3'],
    [
      `INSERT INTO audit_asked SELECT 99, ${OTHERS} FROM audit_asked WHERE id = 1`.replace('request', "'r'"),
      'the table',
    ],
    [
      'INSERT INTO audit_outcomes SELECT 6, at, 200, code, replayed, names FROM audit_outcomes WHERE asked = 1',
      'the table',
    ],
    ["UPDATE audit_chain SET hash = '00' WHERE id = 11", 'record 11'],
    ['UPDATE audit_chain SET id = 20 WHERE id = 11', 'record 20'],
  ])('shows what went round the triggers: %s', async (statement, where) => {
    await week();
    dropped();
    database.exec(statement);
    expect(checked().fault).toMatchObject({ where });
  });

  test('is read with no question of its own for each record', async () => {
    await week();
    const prepare = database.prepare.bind(database);
    const plans: string[] = [];
    database.prepare = (sql) => {
      for (const { detail } of prepare(`EXPLAIN QUERY PLAN ${sql}`).all()) plans.push(String(detail));
      return prepare(sql);
    };
    expect(checked()).toMatchObject({ links: 11, fault: null });
    expect(plans.join('\n')).toMatch(/audit_chain/);
    expect(plans.join('\n')).not.toContain('CORRELATED');
  });

  test('that is made anew as a whole does not have the head that somebody noted', async () => {
    await week();
    const { head } = checked();
    dropped();
    database.exec("DELETE FROM audit_chain; DELETE FROM sqlite_sequence WHERE name = 'audit_chain'");
    database.exec("UPDATE audit_asked SET person = 'Juma' WHERE id = 3");
    const chain = new TrailChain(database);
    for (let id = 1; id <= 6; id++) {
      chain.add('call', id);
      if (id < 6) chain.add('outcome', id);
    }
    expect(checked()).toMatchObject({ links: 11, fault: null });
    expect(checked(head!).fault).toMatchObject({ where: head });
  });

  test('loses what is older than a year, and stays whole; calls from before it are counted', async () => {
    await trail.asked(call('x-old', NOON - 400 * DAY), OUTCOME);
    dropped();
    database.exec("DELETE FROM audit_chain; DELETE FROM sqlite_sequence WHERE name = 'audit_chain'");
    await trail.asked(call('x-1', NOON - 380 * DAY), { ...OUTCOME, at: NOON - 380 * DAY });
    await trail.asked(call('x-2', NOON - 370 * DAY), { ...OUTCOME, at: NOON - 370 * DAY });
    expect(checked()).toMatchObject({ links: 4, unlinked: 1, fault: null });
    await trail.asked(call('x-3'), OUTCOME);
    expect(trail.prune(NOON + 9 * DAY)).toBe(2);
    expect(checked()).toMatchObject({ links: 3, fault: null });
    await trail.asked(call('x-4', NOON + DAY), OUTCOME);
    expect(checked()).toMatchObject({ links: 5, fault: null });
  });
});
