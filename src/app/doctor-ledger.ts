// The doctor's checks of the ledger: its time compared with the clock, and the rules in force.

import { HesabuError } from '../domain/errors.ts';
import { formatInstant } from '../domain/time.ts';
import { type BlockHeader, decodeBlock } from '../ledger/block-codec.ts';
import { digestToHex } from '../ledger/digest.ts';
import type { LogReader } from '../log/log-reader.ts';
import { forEachValue } from '../log/value-frames.ts';
import { RulesLog } from '../task/rules-log.ts';
import { type Check, ill, well } from './doctor-check.ts';
import { localAndUtc } from './reports/local-time.ts';

/** With a clock behind the ledger's time, every new reconciliation would be "earlier than the ledger". */
export function checkClock(reader: LogReader, now: number): Check {
  return guarded('clock', () => {
    const head = newestHead(reader);
    const clock = formatInstant(now);
    if (head === undefined) return well('clock', `${clock}; the ledger is empty`, `${clock}；账本为空`);
    const at = formatInstant(head.as_of);
    const found = [`${clock}; the ledger stands at ${at}`, `${clock}；账本时间 ${at}`] as const;
    const remedy =
      "If the machine's clock is behind, set it. If it is right, the ledger's time ran ahead: " +
      'hesabu reopen --why TEXT lets it go on from now.';
    if (now >= head.as_of) return well('clock', ...found);
    const chinese =
      '如果本机时钟慢了，请校准。如果时钟正确，则是账本时间超前：hesabu reopen --why 原因 可让它从现在继续。';
    return ill('clock', found, [remedy, chinese]);
  });
}

export function checkRules(reader: LogReader, now: number): Check {
  return guarded('rules', () => {
    const head = newestHead(reader);
    if (head === undefined) return well('rules', 'none yet; the defaults will apply', '暂无；将使用默认规则');
    const hash = digestToHex(head.rules_hash);
    const { zone } = new RulesLog(reader).get(hash);
    return { name: 'rules', found: `${hash.slice(0, 16)}, ${zone}: ${localAndUtc(now, zone)}`, remedy: null };
  });
}

/** The header of the last block; of all partitions, the one with the latest time. */
function newestHead(reader: LogReader): BlockHeader | undefined {
  let newest: BlockHeader | undefined;
  for (let partition = 0; partition < reader.partitions; partition++) {
    const end = reader.end('ledger.v1', partition);
    if (end === 0n) continue;
    for (const { payload, from } of reader.read('ledger.v1', partition, end - 1n)) {
      forEachValue(payload, Number(end - 1n - from), (start, stop) => {
        const { header } = decodeBlock(payload.subarray(start, stop));
        if (newest === undefined || header.as_of >= newest.as_of) newest = header;
      });
    }
  }
  return newest;
}

function guarded(name: Check['name'], check: () => Check): Check {
  try {
    return check();
  } catch (error) {
    const isDamage = error instanceof HesabuError || error instanceof RangeError || error instanceof SyntaxError;
    if (!isDamage) throw error;
    const remedy = 'Run hesabu verify: it names every place that is damaged.';
    return ill(name, [error.message, error.message], [remedy, '请运行 hesabu verify：它会指出每一处损坏。']);
  }
}
