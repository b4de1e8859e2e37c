// The doctor's checks of the ledger: its time compared with the clock, and the rules in force.

import { HesabuError } from '../domain/errors.ts';
import { formatInstant } from '../domain/time.ts';
import { type BlockHeader, decodeBlock } from '../ledger/block-codec.ts';
import { digestToHex } from '../ledger/digest.ts';
import type { LogReader } from '../log/log-reader.ts';
import { forEachValue } from '../log/value-frames.ts';
import { RulesLog } from '../task/rules-log.ts';
import type { Check } from './doctor-check.ts';
import { localAndUtc } from './reports/local-time.ts';

/** With a clock behind the ledger's time, every new reconciliation would be "earlier than the ledger". */
export function checkClock(reader: LogReader, now: number): Check {
  return guarded('clock', () => {
    const head = newestHead(reader);
    const clock = formatInstant(now);
    if (head === undefined) return { name: 'clock', found: `${clock}; the ledger is empty`, remedy: null };
    const found = `${clock}; the ledger stands at ${formatInstant(head.as_of)}`;
    const remedy =
      "If the machine's clock is behind, set it. If it is right, the ledger's time ran ahead: " +
      'hesabu reopen --why TEXT lets it go on from now.';
    return { name: 'clock', found, remedy: now < head.as_of ? remedy : null };
  });
}

export function checkRules(reader: LogReader, now: number): Check {
  return guarded('rules', () => {
    const head = newestHead(reader);
    if (head === undefined) return { name: 'rules', found: 'none yet; the defaults will apply', remedy: null };
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
    return { name, found: error.message, remedy: 'Run hesabu verify: it names every place that is damaged.' };
  }
}
