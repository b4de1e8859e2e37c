// A process that keeps a ledger open like a server: facts come one by one, each is reported once it is durable, until
// its input is closed. Its arguments are the directory and the number of the first fact.

import { writeSync } from 'node:fs';
import { partitionOf } from '../../src/domain/partition.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { orderFact } from '../log/facts.ts';

const log = new EmbeddedLog(process.argv[2]!);
writeSync(1, 'begun\n');

let hasEnded = false;
process.stdin.on('end', () => {
  hasEnded = true;
});
process.stdin.resume();

const first = Number(process.argv[3] ?? 0);
let kept = first;
while (!hasEnded || kept < first + 20) {
  const fact = orderFact(`HELD-${kept}`);
  const builder = new BatchBuilder();
  builder.addFact(fact);
  const partition = partitionOf(fact.transaction_reference, log.partitions);
  await log.append([{ topic: 'orders.v1', partition, source: 0, ...builder.take() }]);
  kept++;
  writeSync(1, `kept ${kept}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
await log.close();
writeSync(1, `closed ${kept}\n`);
