// The commands of a ledger on Kafka.

import { type Command, Option } from 'commander';
import type { DeadLettersOptions } from './commands/dead-letters.ts';
import type { RunMirrorOptions } from './commands/mirror.ts';
import type { RunTailOptions } from './commands/tail.ts';
import type { RunTopicsOptions } from './commands/topics.ts';
import type { RunWorkerOptions } from './commands/worker.ts';

/** Adds a command with the options that all share, to the program or to a group of commands. */
export type MakeCommand = (name: string, description: string, example: string, parent?: Command) => Command;

/** HOST:PORT of some brokers. The other connection settings come from the environment. */
function brokersOption(): Option {
  const option = new Option('--kafka <brokers>', 'brokers, HOST:PORT separated by commas');
  return option.env('HESABU_KAFKA_BROKERS').makeOptionMandatory();
}

/** Of all commands that need a cluster. */
export function waitOption(): Option {
  const option = new Option('--wait <duration>', 'how long a start waits for a broker or a registry that is away');
  return option.default('PT2M');
}

export function addKafkaCommands(program: Command, command: MakeCommand): void {
  command(
    'topics',
    'Create the topics and register the schemas of a ledger on Kafka, or check them.',
    'hesabu topics --create --partitions 8 --replication 3 --kafka kafka-1:9092,kafka-2:9092',
  )
    .addOption(brokersOption().makeOptionMandatory(false))
    .option('--create', 'create what is missing, then check')
    .option('--check', 'show what is not correct, and what to do')
    .option('--asyncapi', 'print an AsyncAPI 3 document for programs of others; needs no broker')
    .option('--partitions <number>', 'of new topics, fixed for good; by default as the existing topics, or 8')
    .option('--replication <number>', 'copies of each partition of new topics; by default as the existing topics, or 3')
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
    .addOption(waitOption())
    .option('--data <dir>', 'directory for copies of snapshots, which make a start fast', 'hesabu-worker')
    .option('--rules <file>', 'YAML or JSON: in force for all workers from now on; default: the rules last in force')
    .option('--as-of <time>', 'ISO 8601 with an offset: a fixed time, for trials; default: now')
    .option('--future', 'take an --as-of that is more than a day ahead of the clock')
    .option('--clock-confirmed', "the machine's clock is right, whatever the directory knows of the time")
    .option('--session <seconds>', 'after this time without a heartbeat other workers take over its partitions', '15')
    .option('--settling <duration>', 'how long after its time a deadline passes, for facts on their way', 'PT1M')
    .option('--snapshot-facts <number>', 'a snapshot is taken after this many facts; default: 50000')
    .option('--metrics <host:port>', 'address of /metrics, /healthz and /readyz; default: not served')
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .action(async (options: RunWorkerOptions) => {
      const { runWorker } = await import('./commands/worker.ts');
      process.exitCode = await runWorker(options);
    });

  command('tail', 'Show entries as workers write them.', 'hesabu tail --kafka kafka-1:9092 --reference ORDER-1042')
    .addOption(brokersOption())
    .addOption(waitOption())
    .option('--reference <ref>', 'only the entries of this payment')
    .option('--from-beginning', 'start with everything that the topics still hold')
    .option('--no-follow', 'stop at the end of the topics')
    .action(async (options: RunTailOptions) => {
      const { runTail } = await import('./commands/tail.ts');
      process.exitCode = await runTail(options);
    });
  addDeadLetters(program, command);

  command(
    'mirror',
    'Mirror the ledger to KurrentDB: one stream for each payment, one event for each entry.',
    "hesabu mirror --data books --kurrentdb 'kurrentdb://127.0.0.1:2113?tls=false'",
  )
    .addOption(
      new Option('--kurrentdb <url>', 'connection string; set it in the environment if it has a password')
        .env('HESABU_KURRENTDB_URL')
        .makeOptionMandatory(),
    )
    .requiredOption('--data <dir>', 'directory of the ledger')
    .addOption(new Option('--kafka <brokers>', 'the ledger is on Kafka; the directory is its copy, updated first'))
    .addOption(waitOption())
    .option('--follow', 'continue with new entries until a signal')
    .action(async (options: RunMirrorOptions) => {
      const { runMirror } = await import('./commands/mirror.ts');
      process.exitCode = await runMirror(options);
    });
}

function addDeadLetters(program: Command, command: MakeCommand): void {
  const letters = program
    .command('dead-letters')
    .description('List the records that are not facts, and send them again.')
    .exitOverride();
  command(
    'list',
    'List dead letters, with their positions and reasons.',
    'hesabu dead-letters list --kafka kafka-1:9092',
    letters,
  )
    .addOption(brokersOption())
    .addOption(waitOption())
    .action(async (options: DeadLettersOptions) => {
      const { listDeadLetters } = await import('./commands/dead-letters.ts');
      process.exitCode = await listDeadLetters(options);
    });
  command(
    'retry',
    'Send the records again that are facts by now, under their own keys.',
    'hesabu dead-letters retry --kafka kafka-1:9092',
    letters,
  )
    .addOption(brokersOption())
    .addOption(waitOption())
    .action(async (options: DeadLettersOptions) => {
      const { retryDeadLetters } = await import('./commands/dead-letters.ts');
      process.exitCode = await retryDeadLetters(options);
    });
}
