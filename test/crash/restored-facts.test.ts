// What was acknowledged and is gone from the log is still in the archive: the next start takes it in again and says so,
// and verify and doctor say so before. Nothing is there twice.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { makeBackup } from '../../src/app/backup/backup.ts';
import { examineArchive } from '../../src/app/doctor-archive.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { databasePath } from '../../src/log/data-directory.ts';
import { callbackIds } from '../service/callback-ids.ts';
import { givenService } from '../service/given-service.ts';
import { end, type Serving, serve } from '../service/service-client.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const given = givenService(4);
beforeEach(() => sendAll('first', 40));

async function sendAll(name: string, count: number): Promise<void> {
  const paid = await Promise.all(Array.from({ length: count }, (_, at) => given.pay(`${name}-${at}`)));
  expect(paid.every(Boolean)).toBe(true);
}

/** The lines that a start logs about what it took in again. */
const restoredIn = ({ lines }: Serving) => lines.filter(({ msg }) => String(msg).startsWith('the log had lost'));

const lostIn = (data: string) => {
  const known = new Set(callbackIds(data));
  return [...given.acknowledged].filter((id) => !known.has(id));
};

/** What verify and the doctor say of a directory that nobody uses. */
async function told(data: string) {
  const { faults } = await verifyDirectory({ data });
  const [archive] = await examineArchive(data, Date.now());
  return { codes: [...new Set(faults.map(({ code }) => code))], isWell: archive?.remedy === null };
}

describe('a log that lost acknowledged facts', () => {
  test('by one flipped bit in its write-ahead log has them again after the next start (F08)', async () => {
    const { data } = given.site;
    // What was signed is in the database itself.
    expect(await end(given.serving)).toBe(0);
    given.serving = await serve(given.site.config);
    expect(restoredIn(given.serving)).toEqual([]);
    await sendAll('second', 40);
    await end(given.serving, 'SIGKILL');
    expect(lostIn(data)).toEqual([]);
    const wal = `${databasePath(data)}-wal`;
    const bytes = readFileSync(wal);
    bytes[bytes.length >> 2]! ^= 1;
    writeFileSync(wal, bytes);
    const lost = lostIn(data);
    expect(lost.length).toBeGreaterThan(0);
    const { codes, isWell } = await told(data);
    expect([codes.includes('HESABU_FACTS_MISSING'), isWell]).toEqual([true, false]);

    given.serving = await serve(given.site.config);
    expect(restoredIn(given.serving)).toEqual([expect.objectContaining({ missing: lost.length, level: 50 })]);
    const alerts = () => given.serving.lines.filter(({ alert }) => alert === 'facts_restored').length;
    await expect.poll(alerts).toBe(1);
    // Sent again, they are known.
    await sendAll('second', 40);
    expect(await end(given.serving)).toBe(0);
    expect(lostIn(data)).toEqual([]);
    expect(await told(data)).toEqual({ codes: [], isWell: true });
    const { facts } = JSON.parse(
      execFileSync(
        process.execPath,
        ['bin/hesabu.js', 'report', '--data', data, '--out', join(given.site.dir, 'report'), '--format', 'json'],
        {
          encoding: 'utf8',
        },
      ),
    );
    expect(facts.callbacks).toBe(80);
    given.serving = await serve(given.site.config);
    expect(restoredIn(given.serving)).toEqual([]);
  });

  test('because an older backup was put back has those that the newer archive holds (F35)', async () => {
    const { data, dir } = given.site;
    const target = join(dir, 'backup');
    await makeBackup({ data, out: target, withKeys: true });
    await sendAll('second', 60);
    await end(given.serving, 'SIGKILL');
    execFileSync('mv', [data, `${data}-broken`]);
    execFileSync('cp', ['-a', join(target, 'data'), data]);
    rmSync(join(data, 'raw', 'exchanges'), { recursive: true });
    cpSync(join(`${data}-broken`, 'raw', 'exchanges'), join(data, 'raw', 'exchanges'), { recursive: true });
    expect(lostIn(data)).toHaveLength(60);
    given.serving = await serve(given.site.config);
    expect(restoredIn(given.serving)).toEqual([expect.objectContaining({ missing: 60 })]);
    expect(await end(given.serving)).toBe(0);
    expect(lostIn(data)).toEqual([]);
    expect((await verifyDirectory({ data })).faults).toEqual([]);
  });
});
