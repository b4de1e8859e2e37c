// What a stranger asks of a day that two people closed: it stays as it is, whatever comes later, and can be proved.
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { proveEntry } from '../../src/app/proof.ts';
import { statementOfDay } from '../../src/app/statements/statement.ts';
import { statementText } from '../../src/app/statements/statement-text.ts';
import { entryId } from '../../src/domain/entry.ts';
import type { Answered } from '../http/api/given-api.ts';
import { MONDAY, settled, TUESDAY, WEDNESDAY, withClosing } from '../http/api/given-closes.ts';

const late = (statement: Answered['json']) =>
  Object.fromEntries(statement.late.map((one: { what: string; value: string }) => [one.what, one.value]));

test('a late line of a closed day is in the first open one, and the closed day is proved as it was (4.13)', () =>
  withClosing(async ({ given, propose, approve, close, statement }) => {
    const made = await propose(MONDAY);
    expect([made.status, made.json.state, made.json.statements]).toMatchObject([
      ...[201, 'awaiting_approval', [{ provider: 'mfs-africa', currency: 'KES', opening: '0.00', closing: '1000.00' }]],
    ]);
    const closed = await approve(made);
    expect([closed.status, closed.json.state]).toEqual([200, 'effective']);
    const monday = await statement(MONDAY);
    const { sha256 } = closed.json.statements[0];
    expect(monday.closed).toMatchObject({ merchant: '*', sha256, approved: { via: 'desk' } });
    const { entries } = await given.ledger.reader.entriesAfter(null, 100);
    const [entry] = entries.filter(({ finding }) => finding.reason === 'PERIOD_CLOSED');
    expect(monday.closed.entry).toBe(entryId(entry!.partition, entry!.height, entry!.index));
    const file = () => readFileSync(join(given.dir, 'statements', sha256.slice(0, 2), sha256));
    expect(hash('sha256', file(), 'hex')).toBe(sha256);

    await given.ledger.writer.append([settled('A-1', MONDAY)]);
    expect(await statement(MONDAY)).toEqual(monday);
    expect(hash('sha256', file(), 'hex')).toBe(sha256);
    const tuesday = await statement(TUESDAY);
    expect(tuesday.gateway).toMatchObject({ opening: monday.gateway.closing, closing: '0.00' });
    expect(late(tuesday)).toEqual({ fee: '15.005', settled: '984.995' });
    expect([tuesday.residual, tuesday.closed]).toEqual(['0.00', null]);
    const textOf = async (day: string, lang: 'en' | 'zh-CN') =>
      statementText(await statementOfDay({ data: given.dir, day, merchant: 'shop-1' }), {
        lang,
        target: new PassThrough(),
      });
    expect(await textOf(TUESDAY, 'en')).toMatch(/ - +Late, of closed days: Settled, net +984\.995\n/);
    expect(await textOf(TUESDAY, 'zh-CN')).toMatch(/前期调整：结算净额 +984\.995\n/);
    expect(await textOf(MONDAY, 'en')).toContain(`: statement ${sha256}, entry ${monday.closed.entry}`);

    // A closed day is shown from its file: nothing is worked out.
    const { ofDay } = given.ledger.statements;
    Object.assign(given.ledger.statements, { ofDay: () => Promise.reject(new Error('worked out')) });
    expect(await statement(MONDAY)).toEqual(monday);
    Object.assign(given.ledger.statements, { ofDay });

    // The first open day has it, and the next ones do not.
    expect((await close(TUESDAY)).json.state).toBe('effective');
    const wednesday = await statement(WEDNESDAY);
    expect([wednesday.gateway.opening, late(wednesday)]).toEqual(['0.00', {}]);
    expect(late(await statement(TUESDAY))).toEqual(late(tuesday));

    // Without this program, from the files of the proof alone.
    await given.ledger.close();
    const out = join(given.dir, 'proof');
    const { check } = await proveEntry(given.dir, monday.closed.entry, out);
    const { stdout, status } = spawnSync(process.execPath, check.split(' ').slice(1), { cwd: out, encoding: 'utf8' });
    expect([check, status, stdout]).toEqual([
      ...[expect.stringContaining('verify.mjs statement'), 0, expect.stringMatching(/^ok: /)],
    ]);
  }));
