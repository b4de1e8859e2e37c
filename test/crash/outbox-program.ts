// A process that puts messages into an outbox and delivers them. It reports each message once it is put. Arguments:
// the directory, the receiver's URL, the first number to put, and how many; without any to put it ends once nothing
// waits.

import { writeSync } from 'node:fs';
import pino from 'pino';
import { Outbox } from '../../src/outbound/outbox/outbox.ts';
import { fastClock } from '../../src/runtime/clock.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';

const [dir, url, first, count] = process.argv.slice(2) as [string, string, string, string];
const BEGAN = Date.parse('2026-06-01T12:00:00Z');
/** Ten minutes of waiting take one second here. */
const clock = fastClock(BEGAN, 600, BEGAN);
const outbox = new Outbox({
  database: openServiceDatabase(dir),
  targets: [{ name: 'shop', url, secrets: () => [`whsec_${'A'.repeat(32)}`], types: ['*'], merchants: ['*'] }],
  post: async ({ url: to, headers, body = '' }) => {
    const answer = await fetch(to, { method: 'POST', headers, body });
    return { status: answer.status, headers: {} };
  },
  clock,
  meter: NO_METER,
  logger: pino({ level: 'fatal' }, process.stderr),
});
outbox.start();
for (let nth = Number(first); nth < Number(first) + Number(count); nth++) {
  const about = { type: 'order.expired', timestamp: clock.now(), merchant: 'duka', names: [`A-${nth}`] };
  outbox.put([{ id: `msg_${nth}`, ...about, data: { nth } }]);
  writeSync(1, `put ${nth}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
if (count === '0') {
  while (outbox.status().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await outbox.stop();
  process.exit(0);
}
