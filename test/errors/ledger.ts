// Errors of ledgers that were changed, of proofs, and of a demo whose ledger is not what the simulation knows.

import { appendFileSync, copyFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { makeBackup } from '../../src/app/backup/backup.ts';
import { proveEntry } from '../../src/app/proof.ts';
import { replayLedger } from '../../src/app/replay.ts';
import { ExchangeArchive } from '../../src/archive/exchanges/exchange-archive.ts';
import { newExchangeId } from '../../src/archive/exchanges/exchange-id.ts';
import { runDemo } from '../../src/cli/commands/demo.ts';
import type { HesabuError } from '../../src/domain/errors.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { SharedCommit } from '../../src/service/tables/shared-commit.ts';
import { TrailTable } from '../../src/service/tables/trail-table.ts';
import { copyOf, forgeBatch, givenLedger, payloadAt, reconcileDay, replaced } from '../cli/commands/given-ledger.ts';
import { orderFact } from '../log/facts.ts';
import { command, type Provocations, withoutDigests } from './provocation.ts';

const PARTITION = 2;
let made: ReturnType<typeof givenLedger> | undefined;

/** A copy of a ledger of two days, in which a text was replaced by somebody who corrects every checksum. */
async function forged(topic: string, from: string, to: string): Promise<string> {
  made ??= givenLedger();
  const data = copyOf((await made).data);
  const place = { topic, partition: PARTITION, first: 0 };
  forgeBatch(data, place, replaced(payloadAt(data, place), from, to));
  return data;
}

/** A copy of the ledger of two days that has some files of its first day. */
async function withOlder(...files: string[]): Promise<string> {
  made ??= givenLedger();
  const { data, afterDayOne } = await made;
  const copy = copyOf(data);
  for (const file of files) cpSync(join(afterDayOne, file), join(copy, file), { recursive: true });
  return copy;
}

const nextDay = (data: string) => reconcileDay(join(data, '..'), 3);

export const LEDGER: Provocations<
  | 'HESABU_LEDGER_TAMPERED'
  | 'HESABU_LEDGER_UNSIGNED'
  | 'HESABU_FACTS_MISSING'
  | 'HESABU_SIGNED_LOST'
  | 'HESABU_SIGNED_NEWER'
  | 'HESABU_SIGNED_DIFFERS'
  | 'HESABU_REPLAY_DIFFERS'
  | 'HESABU_PROOF_INVALID'
  | 'HESABU_TRAIL_TAMPERED'
  | 'HESABU_BACKUP_DAMAGED'
  | 'HESABU_DEMO_DIFFERS'
> = {
  HESABU_LEDGER_UNSIGNED: async (dir) => {
    const line = await command(dir, 'verify', '--data', await withOlder('keys', 'checkpoints'));
    return line.replace(/ledger\+[0-9a-f]{8}/, 'ledger+KEYID');
  },
  HESABU_FACTS_MISSING: async (dir) => {
    const data = await withOlder();
    const at = Date.parse('2026-06-01T10:00:00Z');
    const archive = await ExchangeArchive.open(data, { pseudonym: (text) => text });
    const id = newExchangeId(at);
    const url = '/webhooks/mfs-africa/main';
    await archive.add({
      ...{ id, at, url, direction: 'in', elapsed_ms: 1, account: 'mfs-africa/main', method: 'POST', status: 200 },
      ...{ request: { headers: {}, body: Buffer.from('{}') }, response: null, fault: null, names: [] },
      facts: [{ ...orderFact(), raw: id }],
    });
    await archive.close();
    return command(dir, 'verify', '--data', data);
  },
  HESABU_SIGNED_LOST: async () => {
    const data = await withOlder();
    rmSync(join(data, 'keys', 'ledger.signed'));
    return nextDay(data);
  },
  HESABU_SIGNED_NEWER: async () => nextDay(await withOlder('hesabu.db', 'hesabu.db.seal')),
  HESABU_SIGNED_DIFFERS: async () => {
    const data = await withOlder();
    copyFileSync(join((await givenLedger()).data, 'hesabu.db'), join(data, 'hesabu.db'));
    rmSync(join(data, 'hesabu.db.seal'));
    return nextDay(data).catch((error: HesabuError) => withoutDigests(error.message));
  },
  HESABU_LEDGER_TAMPERED: async (dir) => {
    const data = await forged('ledger.v1', '1000.00', '1900.00');
    return withoutDigests(await command(dir, 'verify', '--data', data));
  },
  HESABU_REPLAY_DIFFERS: async () => {
    const data = await forged('callbacks.v1', 'TXN-1', 'TXN-7');
    return replayLedger({ data }).catch((error: HesabuError) => withoutDigests(error.message));
  },
  HESABU_PROOF_INVALID: async (dir) => {
    made ??= givenLedger();
    await proveEntry((await made).data, `${PARTITION}-0-0`, dir);
    copyFileSync(join(dir, `proof-${PARTITION}-0-0.txt`), join(dir, 'proof.txt'));
    writeFileSync(join(dir, 'entry.bin'), 'another entry');
    return command(dir, 'proof', '--check', 'proof.txt', 'entry.bin', '--key', 'vkey.txt');
  },
  HESABU_TRAIL_TAMPERED: async (dir) => {
    const database = openServiceDatabase(dir);
    const trail = new TrailTable(database, new SharedCommit(database));
    const about = { key: 'k', person: 'Asha', role: 'operator', address: '192.0.2.7', query: '', body: '' } as const;
    await trail.asked({ ...about, at: 0, request: 'r1', route: 'POST /v1/orders/:ref/refunds', names: ['A-1'] }, null);
    database.exec("DROP TRIGGER audit_asked_update; UPDATE audit_asked SET person = 'Juma'");
    database.close();
    return command(dir, 'audit', '--check', '--data', dir);
  },
  HESABU_BACKUP_DAMAGED: async (dir) => {
    made ??= givenLedger();
    await makeBackup({ data: (await made).data, out: join(dir, 'books-1'), withKeys: false });
    appendFileSync(join(dir, 'books-1', 'data', 'checkpoints', '2.txt'), '\n');
    const line = await command(dir, 'backup', '--check', 'books-1');
    return line.replaceAll(/\d+/g, (digits) => (digits === '2' ? digits : 'N'));
  },
  HESABU_DEMO_DIFFERS: async (dir) => {
    const silent = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      return await runDemo({ seed: '7', dir: join(dir, 'demo'), format: 'json', lang: 'en' });
    } finally {
      silent.mockRestore();
    }
  },
};
