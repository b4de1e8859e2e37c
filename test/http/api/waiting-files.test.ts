// Files of callbacks and polls need two persons, or an admin: the file waits on the disk until another person decides.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyUploads } from '../../../src/http/api/routes/imports.ts';
import { sweepWaiting } from '../../../src/http/api/waiting-files.ts';
import type { Answered, Given } from './given-api.ts';
import { type Team, withTeam } from './given-approvals.ts';

const DAY = 86_400_000;
const EVENT = {
  ...{ id: 'ev-new', event: 'payment.success', created_at: '2026-06-01T11:05:00Z' },
  data: { transaction_reference: 'A-2', transaction_id: 'P-2', amount: '1000.00', currency: 'KES' },
};
const POLL = { ...EVENT.data, status: 'success' };
const FILES = { callbacks: `${JSON.stringify(EVENT)}\n`, polls: `${JSON.stringify(POLL)}\n` } as const;
const codeOf = ({ status, json }: Answered) => [status, json.code];

const send = ({ ask }: Given, key: string, kind: keyof typeof FILES = 'callbacks', more: { payload?: string } = {}) =>
  ask({
    ...{ method: 'POST', url: `/v1/imports?kind=${kind}&name=${kind}.jsonl`, key, payload: FILES[kind] },
    ...{ headers: { 'content-type': 'application/x-ndjson' }, ...more },
  });

const facts = async ({ given }: Team) => (await given.ledger.reader.findKey('A-2'))?.claims.length ?? 0;
const files = ({ given: { parts } }: Team) => readdirSync(parts.approvalDir);

describe.each(['callbacks', 'polls'] as const)('a file of %s', (kind) => {
  test('of an operator waits, unread, and is imported once another person approves it', () =>
    withTeam(async (team) => {
      const { given, asha, juma, decide } = team;
      const asked = await send(given, asha, kind);
      expect(asked.status).toBe(202);
      const { id } = asked.json;
      expect(asked.json).toMatchObject({
        ...{ kind: 'import', status: 'waiting', merchant: '', refund: null, asked_by: { person: 'Asha' } },
        import: {
          kind,
          name: `${kind}.jsonl`,
          bytes: FILES[kind].length,
          sha256: expect.stringMatching(/^[\da-f]{64}$/),
        },
      });
      const { approvalDir } = given.parts;
      expect([files(team), statSync(approvalDir).mode & 0o777]).toEqual([[id], 0o700]);
      expect(statSync(join(approvalDir, id)).mode & 0o777).toBe(0o600);
      expect([await facts(team), [...given.parts.imports()]]).toEqual([0, []]);
      expect((await decide(juma, id)).json).toMatchObject({ status: 'done', result: '1' });
      expect([await facts(team), files(team)]).toEqual([1, []]);
    }));

  test('of an admin is imported at once', () =>
    withTeam(async (team) => {
      expect((await send(team.given, team.given.key('admin', '*'), kind)).status).toBe(201);
      expect(await facts(team)).toBe(1);
    }));

  test('is not taken from an operator who is nobody, nor approved by who sent it', () =>
    withTeam(async (team) => {
      const { given, asha, decide } = team;
      expect(codeOf(await send(given, given.key('operator', '*'), kind))).toEqual([403, 'HESABU_PERSON_MISSING']);
      const { id } = (await send(given, asha, kind)).json;
      for (const role of ['approver', 'admin'] as const) {
        expect(codeOf(await decide(given.keyOf('Asha', role, '*'), id))).toEqual([403, 'HESABU_SAME_PERSON']);
      }
      // It may be about any merchant.
      expect(codeOf(await decide(given.keyOf('Juma', 'approver', 'shop-1'), id))).toEqual([404, 'HESABU_NOT_FOUND']);
      expect(await facts(team)).toBe(0);
    }));
});

describe('a waiting file', () => {
  test('that is sent again is the same request; refused or expired, it is gone', () =>
    withTeam(async (team) => {
      const { given, asha, juma, decide, status } = team;
      const first = (await send(given, asha)).json.id;
      expect((await send(given, asha)).json.id).toBe(first);
      expect(files(team)).toEqual([first]);
      await decide(juma, first, 'refuse');
      expect([files(team), await status(first)]).toEqual([[], 'refused']);
      const second = (await send(given, asha)).json.id;
      expect(second).not.toBe(first);
      given.clock.at += 7 * DAY;
      sweepWaiting(given.parts, 'each day');
      expect([files(team), await status(second), await facts(team)]).toEqual([[], 'expired', 0]);
    }));

  test('outlives a restart; a file without an approval does not', () =>
    withTeam(async (team) => {
      const { given, asha, juma, decide } = team;
      const { id } = (await send(given, asha)).json;
      writeFileSync(join(given.parts.approvalDir, 'left-over'), 'x');
      sweepWaiting(given.parts, 'each day');
      expect(files(team)).toHaveLength(2);
      emptyUploads(given.parts);
      expect([files(team), readFileSync(join(given.parts.approvalDir, id), 'utf8')]).toEqual([[id], FILES.callbacks]);
      expect((await decide(juma, id)).json.status).toBe('done');
    }));

  test('that somebody changed on the disk is not imported', () =>
    withTeam(async (team) => {
      const { given, asha, juma, decide, status } = team;
      const { id } = (await send(given, asha)).json;
      const path = join(given.parts.approvalDir, id);
      writeFileSync(path, FILES.callbacks.replace('1000.00', '9000.00'));
      expect(codeOf(await decide(juma, id))).toEqual([409, 'HESABU_APPROVAL_LOST']);
      expect([await facts(team), await status(id)]).toEqual([0, 'waiting']);
    }));

  test('that cannot be read fails at its approval, and is over', () =>
    withTeam(async (team) => {
      const { given, asha, juma, decide, status } = team;
      const { id } = (await send(given, asha, 'callbacks', { payload: '{"id":1}\n' })).json;
      const refused = await decide(juma, id);
      expect([refused.status, await status(id), files(team)]).toEqual([400, 'failed', []]);
      expect(codeOf(await decide(juma, id))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
    }));

  test('whose import broke off is imported when it is approved again, once', () =>
    withTeam(async (team) => {
      const { given, asha, juma, neema, decide, status } = team;
      const { id } = (await send(given, asha)).json;
      const importFile = given.ledger.writer.importFile.bind(given.ledger.writer);
      given.ledger.writer.importFile = async (...args) => {
        await importFile(...args);
        throw new Error('the process ended here');
      };
      expect((await decide(juma, id)).status).toBe(500);
      expect(await status(id)).toBe('approved');
      given.ledger.writer.importFile = importFile;
      expect((await decide(neema, id)).json).toMatchObject({ status: 'done', decided_by: { person: 'Juma' } });
      expect([await facts(team), files(team)]).toEqual([1, []]);
    }));

  test('given 50 approvals at once, then it is imported once', () =>
    withTeam(async (team) => {
      const { given, asha, juma, decide } = team;
      const { id } = (await send(given, asha)).json;
      const answers = await Promise.all(Array.from({ length: 50 }, () => decide(juma, id)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect([await facts(team), [...given.parts.imports()].length]).toEqual([1, 1]);
    }));

  test('has not more than twenty beside it', () =>
    withTeam(async (team) => {
      const { given, asha } = team;
      const statuses: number[] = [];
      for (let at = 0; at < 21; at++) {
        statuses.push(
          (await send(given, asha, 'callbacks', { payload: `${FILES.callbacks}${' '.repeat(at)}` })).status,
        );
      }
      expect(statuses).toEqual([...Array(20).fill(202), 429]);
      expect(files(team)).toHaveLength(20);
    }));
});
