// The topics as an AsyncAPI 3 document for other programs: generated from the topics' plans and the schemas, so that
// it always agrees with them.

import { schemaText } from './registry.ts';
import { type SchemaName, TOPIC_PLANS, type TopicPlan } from './topic-plans.ts';

const AVRO = 'application/vnd.apache.avro;version=1.9.0';

const TITLES: Readonly<Record<string, string>> = {
  'orders.v1': 'Orders, as shops report them.',
  'callbacks.v1': 'Payments, as gateways report them by callback.',
  'polls.v1': 'Payments, as gateways answer to polls.',
  'settlements.v1': 'Lines of settlement reports.',
  'decisions.v1': 'What people decided of open cases, signed by the service that took it.',
  'handoffs.v1': 'What one key tells another, written with its block. Internal.',
  'ledger.v1': 'Blocks of the ledger; large ones in parts, with the header hesabu-part (part/count).',
  'recon.matched.v1': 'Stages of payments that match.',
  'recon.unmatched.v1': 'Stages of payments that do not match.',
  'recon.duplicate.v1': 'Payments made, or settled, more than once.',
  'recon.reversal.v1': 'Returned money.',
  'recon.closed.v1': 'Orders that ended without money, and findings that are no longer valid.',
  'recon.decision.v1': 'Findings that people resolved.',
  'dead-letters.v1':
    'Records of fact topics that were not valid facts. One without a value names a resent record in hesabu-retried.',
};

/** Who writes a topic and who may read it: `receive` is the action of a subscriber. */
function actionOf(topic: string): 'send' | 'receive' {
  return topic.startsWith('recon.') ||
    topic === 'ledger.v1' ||
    topic === 'handoffs.v1' ||
    topic === 'dead-letters.v1' ||
    topic === 'decisions.v1'
    ? 'receive'
    : 'send';
}

/** Internal topics have no schema, and are omitted. */
type Public = TopicPlan & { readonly schema: NonNullable<TopicPlan['schema']> };
const PUBLIC = TOPIC_PLANS.filter((plan): plan is Public => plan.schema !== null);

export function asyncApiDocument(version: string): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Hesabu on Kafka',
      version,
      description:
        'Facts go in, keyed by their transaction_reference; entries of the ledger come out. Values have the wire ' +
        'format of the schema registry: a zero byte, the id of the schema in four bytes, Avro. Read committed records.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/avro',
    channels: Object.fromEntries(PUBLIC.map((plan) => [channelOf(plan), channel(plan)])),
    operations: Object.fromEntries(
      PUBLIC.map((plan) => [`${actionOf(plan.topic)}-${channelOf(plan)}`, operation(plan)]),
    ),
    components: { messages: Object.fromEntries(SCHEMAS.map((name) => [name, message(name)])), schemas: SHARED },
  };
}

const SCHEMAS: readonly SchemaName[] = ['fact', 'decision', 'block', 'entry', 'dead-letter'];
/** Headers are texts in UTF-8. */
const CLOUD_EVENT = {
  ce_specversion: { const: '1.0' },
  ce_id: { type: 'string', description: "An entry's id is partition-height-index; a fact's is the id of its claim." },
  ce_source: { type: 'string', pattern: '^/' },
  ce_type: { type: 'string', pattern: '^hesabu\\.' },
};
const TRACE = {
  traceparent: { type: 'string', description: 'W3C Trace Context: passed on from a fact to the entries it causes.' },
  tracestate: { type: 'string', description: 'W3C Trace Context; only with a traceparent.' },
};
const TYPE = {
  description: 'A takeover is not a block: its value is a text of its own.',
  enum: ['block', 'takeover'],
};
const PART = {
  type: 'string',
  pattern: '^[1-9]\\d*/[1-9]\\d*$',
  description: 'Part and number of parts; for blocks only.',
};

const SHARED = {
  reference: { type: 'string', description: 'The transaction_reference, UTF-8.' },
  factHeaders: headers([], {
    ...CLOUD_EVENT,
    ...TRACE,
    'hesabu-source': { type: 'string', pattern: '^\\d+$', description: 'The number of its import in imports.v1.' },
  }),
  decisionHeaders: headers([], CLOUD_EVENT),
  blockHeaders: headers(['hesabu-type'], { 'hesabu-type': TYPE, 'hesabu-part': PART }),
  entryHeaders: headers(Object.keys(CLOUD_EVENT), { ...CLOUD_EVENT, ...TRACE }),
  'dead-letterHeaders': headers([...Object.keys(CLOUD_EVENT), 'hesabu-reason'], {
    ...CLOUD_EVENT,
    ...TRACE,
    'hesabu-reason': { type: 'string', pattern: '^HESABU_RECORD_', description: 'The same as in the value.' },
  }),
};

function headers(required: readonly string[], properties: object): object {
  return { type: 'object', required, properties };
}

const KEYS: Readonly<Record<SchemaName, object>> = {
  fact: { $ref: '#/components/schemas/reference' },
  decision: { $ref: '#/components/schemas/reference' },
  entry: { $ref: '#/components/schemas/reference' },
  block: { type: 'string', pattern: '^(block-\\d+|takeover)$' },
  'dead-letter': { type: ['string', 'null'], description: 'The key of the invalid record, unchanged.' },
};

function message(name: SchemaName): object {
  return {
    name,
    contentType: 'application/avro',
    payload: { schemaFormat: AVRO, schema: JSON.parse(schemaText(name)) },
    headers: { $ref: `#/components/schemas/${name}Headers` },
    bindings: { kafka: { key: KEYS[name], schemaIdLocation: 'payload' } },
  };
}

/** Dots are replaced, because AsyncAPI ids do not allow them as separators. */
function channelOf({ topic }: TopicPlan): string {
  return topic.replaceAll('.', '-');
}

function channel({ topic, schema, config }: Public): object {
  return {
    address: topic,
    description: TITLES[topic],
    messages: { [schema.name]: { $ref: `#/components/messages/${schema.name}` } },
    bindings: {
      kafka: {
        topic,
        topicConfiguration: {
          'cleanup.policy': [config['cleanup.policy']],
          'retention.ms': Number(config['retention.ms']),
          'max.message.bytes': Number(config['max.message.bytes']),
        },
      },
    },
  };
}

function operation(plan: TopicPlan): object {
  const channel = channelOf(plan);
  return { action: actionOf(plan.topic), channel: { $ref: `#/channels/${channel}` } };
}
