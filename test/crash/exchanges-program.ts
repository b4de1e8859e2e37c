// A process that archives exchanges like a busy service, and reports each stored one, until it is killed. Its
// arguments are the directory and a name of its own.

import { writeSync } from 'node:fs';
import { ExchangeArchive } from '../../src/archive/exchanges/exchange-archive.ts';
import { newExchangeId } from '../../src/archive/exchanges/exchange-id.ts';
import { exchange, NOON, pseudonym } from '../archive/exchanges/given.ts';

const [dir, name] = process.argv.slice(2) as [string, string];
const archive = await ExchangeArchive.open(dir, { pseudonym });
writeSync(1, 'begun\n');

let count = 0;
async function add(): Promise<void> {
  for (;;) {
    const own = `${name}-${count++}`;
    // Sometimes one of the day before, so that two files are written.
    const at = NOON + count - (count % 7 === 0 ? 86_400_000 : 0);
    const id = newExchangeId(at);
    await archive.add(exchange({ id, at, names: [own, name] }));
    writeSync(1, `safe ${own} ${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, add));
