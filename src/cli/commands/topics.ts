// `hesabu topics`: creates the topics and registers the schemas of a ledger on Kafka, or checks them.

import { tableText } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { kafkaSettings, makeKafka } from '../../kafka/client/settings.ts';
import { asyncApiDocument } from '../../kafka/topics/asyncapi.ts';
import { registerSchemas } from '../../kafka/topics/registry.ts';
import type { TopicFault } from '../../kafka/topics/schema-check.ts';
import { createTopics } from '../../kafka/topics/topic-admin.ts';
import { checkTopics } from '../../kafka/topics/topic-check.ts';
import { TOPIC_PLANS } from '../../kafka/topics/topic-plans.ts';
import { wholeNumber } from '../terminal/whole-number.ts';
import { programVersion } from './version.ts';

export interface RunTopicsOptions {
  /** Required, except for the AsyncAPI document. */
  readonly kafka?: string;
  readonly create?: boolean;
  readonly check?: boolean;
  readonly asyncapi?: boolean;
  readonly partitions?: string;
  readonly replication?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    made: (count: number) => `Topics created: ${count}. Schemas are registered.`,
    right: (count: number) => `All ${count} topics and their schemas are correct.`,
    columns: ['Topic', 'What', 'Expected', 'Found'],
    remedies: 'What to do:',
    newLedger: 'Kafka cannot remove partitions: start a new ledger under another HESABU_KAFKA_PREFIX.',
  },
  'zh-CN': {
    made: (count: number) => `已创建主题：${count} 个。模式已注册。`,
    right: (count: number) => `全部 ${count} 个主题及其模式均符合要求。`,
    columns: ['主题', '项目', '应为', '实为'],
    remedies: '处理方法：',
    newLedger: 'Kafka 不能减少分区：请换一个 HESABU_KAFKA_PREFIX 建立新账本。',
  },
} satisfies Record<Language, unknown>;

/** Exit 0 if everything is correct, otherwise 4. */
export async function runTopics(options: RunTopicsOptions): Promise<number> {
  const { create = false, check = false, format, lang } = options;
  if (options.asyncapi === true) {
    process.stdout.write(`${JSON.stringify(asyncApiDocument(programVersion()), null, 2)}\n`);
    return 0;
  }
  if (create === check) throw usage('--create, --check or --asyncapi');
  if (options.kafka === undefined) throw usage('--kafka, or HESABU_KAFKA_BROKERS');
  const settings = kafkaSettings(options.kafka);
  const kafka = makeKafka(settings);
  const made = create
    ? await createTopics(kafka, settings, {
        ...numberIn('partitions', options.partitions, 10_000),
        ...numberIn('replication', options.replication, 100),
      })
    : [];
  if (create) await registerSchemas(settings);
  const faults = await checkTopics(kafka, settings);
  const words = WORDS[lang];
  if (format === 'json')
    process.stdout.write(
      `${JSON.stringify({ made, faults: faults.map(({ remedy, ...fault }) => ({ ...fault, mend: remedy })) })}\n`,
    );
  else {
    if (create) process.stdout.write(`${words.made(made.length)}\n`);
    process.stdout.write(faults.length === 0 ? `${words.right(TOPIC_PLANS.length)}\n` : faultsText(faults, lang));
  }
  return faults.length === 0 ? 0 : 4;
}

/** Empty if the option was not given: then new topics are created like the existing ones. */
function numberIn(name: 'partitions' | 'replication', text: string | undefined, max: number) {
  return text === undefined ? {} : { [name]: wholeNumber(`--${name}`, text, 1, max) };
}

function usage(expected: string): HesabuError {
  return new HesabuError('HESABU_USAGE', { where: 'topics', expected });
}

function faultsText(faults: readonly TopicFault[], lang: Language): string {
  const words = WORDS[lang];
  const rows = faults.map(({ topic, what, expected, found }) => [topic, what, expected, found]);
  const table = tableText(
    words.columns.map((title) => ({ title })),
    rows,
  );
  const remedies = [...new Set(faults.map(({ remedy }) => remedy ?? words.newLedger))];
  return `${table}\n${words.remedies}\n${remedies.map((remedy) => `  ${remedy}\n`).join('')}`;
}
