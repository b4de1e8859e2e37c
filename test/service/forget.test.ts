// A payer of a running service who wants to be forgotten: in webhooks, uploads, fetched reports and what waits for a
// second person nothing is left, and the audit trail tells that it was done, without who it was.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { replayLedger } from '../../src/app/replay.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { ReportFiles } from '../../src/producers/settlement-fetcher/report-files.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { ApprovalTable } from '../../src/service/tables/approval-table.ts';
import { RefundTable } from '../../src/service/tables/refund-table.ts';
import { SharedCommit } from '../../src/service/tables/shared-commit.ts';
import { TrailTable } from '../../src/service/tables/trail-table.ts';
import { FORMS, forgetNumber } from '../app/forget/given-payer.ts';
import { type Echo, echoingService, START } from './given-echo.ts';
import { textsIn } from './markers.ts';

vi.setConfig({ testTimeout: 120_000 });

let echo: Echo;
let texts: string[];
const CLOCK = { now: () => START };
const ASKED = { merchant: 'duka', asked_at: START, asked_by: { key: 'k', person: 'Asha' } };
const FILE = { file: 'callbacks', name: 'a', provider: 'mfs-africa', account: 'main', expect: null } as const;

function approvalsIn(database: DatabaseSync): ApprovalTable {
  return new ApprovalTable(database, CLOCK as never, new RefundTable(database));
}

beforeAll(async () => {
  echo = await echoingService('/messages');
  const at = '2026-06-01T07:05:00Z';
  for (const [nth, form] of FORMS.entries()) {
    const data = { transaction_reference: `A-${nth}`, transaction_id: `P-${nth}`, amount: '10.00', currency: 'KES' };
    const body = { id: `e-${nth}`, event: 'payment.success', created_at: at, data: { ...data, msisdn: form, x: form } };
    expect(await echo.webhook(JSON.stringify(body))).toBe(200);
  }
  const head = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,x\n';
  const rows = FORMS.map((form, nth) => `A-${nth},P-${nth},payment,10.00,KES,0.10,2026-06-01,"${form}"\n`);
  await echo.ask('POST', '/v1/imports?kind=settlements&name=s.csv', head + rows.join(''));
  await echo.later(60_000);
  await echo.end();
  const { data } = echo;
  await new ReportFiles(data).write('mfs-africa/main', '2026-06-01', 'ab'.repeat(32), {
    format: 'csv',
    bytes: Buffer.from(head + rows.join('')),
  } as never);
  await new ReportFiles(data).write('mfs-africa/main', '2026-06-02', 'cd'.repeat(32), {
    format: 'csv',
    bytes: Buffer.from(head),
  } as never);
  const database = openServiceDatabase(data);
  const approvals = approvalsIn(database);
  mkdirSync(join(data, 'approvals'), { recursive: true });
  const files = { holds: `{"msisdn":"${FORMS[3]}"}\n`, other: '{"msisdn":"254733987654"}\n' };
  for (const [id, text] of Object.entries(files)) {
    writeFileSync(join(data, 'approvals', id), text);
    const about = { mapping: null, mapping_name: null, bytes: text.length, sha256: '' };
    approvals.add({ ...ASKED, id, request: { kind: 'import', ...FILE, ...about } });
  }
  const refund = { key: 'g', reference: 'A-1', amount: '1.00', currency: 'KES', merchant: 'duka', account: 'main' };
  const reason = `asked from ${FORMS[4]} by phone`;
  approvals.add({ ...ASKED, id: 'refund', request: { kind: 'refund', refund: refund as never, reason } });
  database.close();
  texts = textsIn(data);
});
afterAll(() => echo.remove());

it('given all of it, when the number is forgotten, then no byte has it, and the trail tells of it (R13)', async () => {
  const { data } = echo;
  const foundIn = (where: readonly string[]) => FORMS.filter((form) => where.some((text) => text.includes(form)));
  // Where nothing says what a number is, and in what waits.
  expect(foundIn(texts).length).toBeGreaterThan(2);
  const report = await forgetNumber(data);
  expect(report).toMatchObject({ again: false, days: 1, reports: 1, uploads: 1, refunds: 1, facts: 0, unfinished: 0 });
  expect(foundIn(textsIn(data))).toEqual([]);
  expect([existsSync(join(data, 'approvals', 'holds')), existsSync(join(data, 'approvals', 'other'))]).toEqual([
    false,
    true,
  ]);
  expect((await verifyDirectory({ data })).faults).toEqual([]);
  await replayLedger({ data });
  const database = new DatabaseSync(join(data, 'service.db'));
  try {
    const approvals = approvalsIn(database);
    const why = 'it named somebody who was forgotten';
    expect(approvals.get('holds')).toMatchObject({
      status: 'refused',
      decision: { by: { key: 'hesabu forget' }, why },
    });
    expect(approvals.get('other')).toMatchObject({ status: 'waiting' });
    // It is still owed.
    const reason = 'asked from +999 999 999 999 by phone';
    expect(approvals.get('refund')).toMatchObject({
      status: 'waiting',
      request: { reason, refund: { reference: 'A-1' } },
    });
    const trail = new TrailTable(database, new SharedCommit(database));
    const [last] = trail.find({ limit: 1 });
    expect(last).toMatchObject({ key: 'hesabu forget', role: 'admin', names: [], body: '', outcome: { status: 200 } });
  } finally {
    database.close();
  }
});
