// The commands of a ledger on Kafka.

import { type Command, Option } from 'commander';
import type { DeadLettersOptions } from './commands/dead-letters.ts';
import type { RunMirrorOptions } from './commands/mirror.ts';
import type { RunTailOptions } from './commands/tail.ts';
import type { RunTopicsOptions } from './commands/topics.ts';
import type { RunWorkerOptions } from './commands/worker.ts';

type MakeCommand = (name: string, description: string, example: string, parent?: Command) => Command;

/** HOST:PORT of some brokers; the rest of how to reach them stands in the environment. */
function brokersOption(): Option {
  const option = new Option('--kafka <brokers>', 'brokers, HOST:PORT with commas between');
  return option.env('HESABU_KAFKA_BROKERS').makeOptionMandatory();
}

export function addKafkaCommands(program: Command, command: MakeCommand): void {
  command(
    'topics',
    'Make the topics and register the schemas of a ledger on Kafka, or check them.',
    'hesabu topics --create --partitions 8 --replication 3 --kafka kafka-1:9092,kafka-2:9092',
  )
    .addOption(brokersOption().makeOptionMandatory(false))
    .option('--create', 'make what is missing, and check')
    .option('--check', 'say what is not as it must be, and what to do about it')
    .option('--asyncapi', 'print what programs of others need to know, as an AsyncAPI 3 document; asks no broker')
    .option('--partitions <number>', 'of the topics that are made, final; 8 unless some are there')
    .option('--replication <number>', 'copies of each partition of the topics that are made, 3 unless some are there')
    .action(async (options: RunTopicsOptions) => {
      const { runTopics } = await import('./commands/topics.ts');
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
    .option('--snapshot-facts <number>', 'a snapshot is kept once as many facts were read; 50000 unless told')
    .option('--metrics <host:port>', 'where /metrics, /healthz and /readyz are served; without it nowhere')
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .action(async (options: RunWorkerOptions) => {
      const { runWorker } = await import('./commands/worker.ts');
      process.exitCode = await runWorker(options);
    });

  command('tail', 'Show what workers find, as it comes.', 'hesabu tail --kafka kafka-1:9092 --reference ORDER-1042')
    .addOption(brokersOption())
    .option('--reference <ref>', "one payment's only")
    .option('--from-beginning', 'first all that the topics still hold')
    .option('--no-follow', 'what is there now, and no more')
    .action(async (options: RunTailOptions) => {
      const { runTail } = await import('./commands/tail.ts');
      process.exitCode = await runTail(options);
    });
  addDeadLetters(program, command);

  command(
    'mirror',
    'Mirror the ledger to KurrentDB: a stream for each payment, an event for each entry.',
    "hesabu mirror --data books --kurrentdb 'kurrentdb://127.0.0.1:2113?tls=false'",
  )
    .addOption(
      new Option('--kurrentdb <url>', 'connection string; with a password it belongs in the environment')
        .env('HESABU_KURRENTDB_URL')
        .makeOptionMandatory(),
    )
    .requiredOption('--data <dir>', 'where the ledger is kept')
    .addOption(new Option('--kafka <brokers>', 'the ledger is on Kafka: the directory is its copy, brought up to date'))
    .option('--follow', 'go on with what comes, until a signal')
    .action(async (options: RunMirrorOptions) => {
      const { runMirror } = await import('./commands/mirror.ts');
      process.exitCode = await runMirror(options);
    });
}

function addDeadLetters(program: Command, command: MakeCommand): void {
  const letters = program
    .command('dead-letters')
    .description('See the records that were no facts, and try them again.')
    .exitOverride();
  command('list', 'List them, with where they stand and why.', 'hesabu dead-letters list --kafka kafka-1:9092', letters)
    .addOption(brokersOption())
    .action(async (options: DeadLettersOptions) => {
      const { listDeadLetters } = await import('./commands/dead-letters.ts');
      process.exitCode = await listDeadLetters(options);
    });
  command(
    'retry',
    'Send those again that are facts by now, under the key that is their own.',
    'hesabu dead-letters retry --kafka kafka-1:9092',
    letters,
  )
    .addOption(brokersOption())
    .action(async (options: DeadLettersOptions) => {
      const { retryDeadLetters } = await import('./commands/dead-letters.ts');
      process.exitCode = await retryDeadLetters(options);
    });
}
