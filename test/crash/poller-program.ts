// A process that polls a fake gateway, on a clock that continues while it is dead. It reports the payment and the slot
// of each call. Arguments: the directory, when the clock began, the call to die at.

import { writeSync } from 'node:fs';
import pino from 'pino';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import type { GatewayAnswer, StatusQuery } from '../../src/producers/gateway.ts';
import { Poller } from '../../src/producers/poller/poller.ts';
import { fastClock } from '../../src/runtime/clock.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { FactWriter } from '../../src/service/ledger/fact-writer.ts';
import { CRASH_FROM, CRASH_POLLING, CRASH_SPEED } from './poller-given.ts';

const [dir, since, dieAt] = process.argv.slice(2) as [string, string, string];
const log = new EmbeddedLog(dir);
const database = openServiceDatabase(dir);
let calls = 0;

async function status({ reference }: StatusQuery): Promise<GatewayAnswer> {
  const row = database.prepare('SELECT passed FROM polls WHERE reference = ?').get(reference!) as { passed: number };
  writeSync(1, `asked ${reference} ${row.passed}\n`);
  if (++calls === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 2));
  return { exchange: 'x', facts: [], fault: null };
}

const poller = new Poller({
  accounts: [
    { gateway: { provider: 'mfs-africa', account: 'main', status }, merchants: ['*'], polling: CRASH_POLLING },
  ],
  log,
  database,
  sink: new FactWriter(log, () => {}),
  isAwaited: async () => ({ isAwaited: true, lastLook: null }),
  clock: fastClock(CRASH_FROM, CRASH_SPEED, Number(since)),
  meter: NO_METER,
  logger: pino({ level: 'error' }, process.stderr),
});
poller.start();
