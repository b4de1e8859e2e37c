// The doctor's check that the log still has what the archive says was acknowledged.

import { existsSync } from 'node:fs';
import { countMissing } from '../archive/exchanges/kept-facts.ts';
import { HesabuError } from '../domain/errors.ts';
import { formatInstant } from '../domain/time.ts';
import { withDirectory } from '../engine/directory/read-only-directory.ts';
import { faultOf } from '../engine/directory/verification-fault.ts';
import { isCopy } from '../log/copy-mark.ts';
import { databasePath } from '../log/data-directory.ts';
import { openReader } from '../log/log-reader.ts';
import { failed } from './doctor.ts';
import { type Check, ill, well } from './doctor-check.ts';

/** Nothing of a directory without archived exchanges, and of a copy, whose topics come one after another. */
export async function examineArchive(dir: string, now: number): Promise<Check[]> {
  if (!existsSync(databasePath(dir)) || isCopy(dir)) return [];
  try {
    const { since, exchanges, missing } = await withDirectory(dir, async (alone) => {
      const reader = openReader(dir, alone);
      try {
        return await countMissing(dir, reader, now);
      } finally {
        reader.close();
      }
    });
    if (since === null) return [];
    const [count, from] = [exchanges.toLocaleString('en'), formatInstant(since)];
    if (missing === 0) {
      return [
        well(
          'archive',
          `the log has the facts of ${count} exchanges since ${from}`,
          `账本日志包含自 ${from} 起 ${count} 次交互的事实`,
        ),
      ];
    }
    const found = [
      `the log lacks ${missing} acknowledged facts of the exchanges since ${from}`,
      `账本日志缺少自 ${from} 起的交互中 ${missing} 条已确认接收的事实`,
    ] as const;
    const remedy = 'Start the service: it takes them in again from the archive. Then look at the disk.';
    return [ill('archive', found, [remedy, '请启动服务：它会从归档中重新接收。然后检查磁盘。'])];
  } catch (error) {
    const { code, ...detail } = faultOf(error, 'raw/exchanges');
    return [failed('archive', new HesabuError(code, detail))];
  }
}
