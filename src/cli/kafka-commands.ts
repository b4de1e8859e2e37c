// The commands of a ledger on Kafka.

import { type Command, Option } from 'commander';
import type { RunTopicsOptions } from './commands/run-topics.ts';
import type { RunWorkerOptions } from './commands/run-worker.ts';

type MakeCommand = (name: string, description: string, example: string) => Command;

/** HOST:PORT of some brokers; the rest of how to reach them stands in the environment. */
function brokersOption(): Option {
  const option = new Option('--kafka <brokers>', 'brokers, HOST:PORT with commas between');
  return option.env('HESABU_KAFKA_BROKERS').makeOptionMandatory();
}

export function addKafkaCommands(command: MakeCommand): void {
  command(
    'topics',
    'Make the topics and register the schemas of a ledger on Kafka, or check them.',
    'hesabu topics --create --partitions 8 --replication 3 --kafka kafka-1:9092,kafka-2:9092',
  )
    .addOption(brokersOption())
    .option('--create', 'make what is missing, and check')
    .option('--check', 'say what is not as it must be, and how to mend it')
    .option('--partitions <number>', 'of the topics that are made; they never change afterwards', '8')
    .option('--replication <number>', 'copies of each partition of the topics that are made', '3')
    .action(async (options: RunTopicsOptions) => {
      const { runTopics } = await import('./commands/run-topics.ts');
      process.exitCode = await runTopics(options);
    });

  command(
    'worker',
    'Keep a ledger on Kafka up to date, together with other workers.',
    'hesabu worker --kafka kafka-1:9092 --data /var/lib/hesabu',
  )
    .addOption(brokersOption())
    .option('--data <dir>', 'where copies of snapshots are kept, so that a start is fast', 'hesabu-worker')
    .option('--rules <file>', 'YAML or JSON: in force for all workers from now on; without it those last in force')
    .option('--as-of <time>', 'ISO 8601 with an offset: a time that stands still, for trials; without it now')
    .option('--session <seconds>', 'after so long without a sign of life others get its partitions', '15')
    .option('--snapshot-facts <number>', 'a snapshot is kept once as many facts were read', '50000')
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .action(async (options: RunWorkerOptions) => {
      const { runWorker } = await import('./commands/run-worker.ts');
      process.exitCode = await runWorker(options);
    });
}
