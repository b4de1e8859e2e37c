// The records on the topics match the schemas and the AsyncAPI document, and incompatible changes of a schema are
// refused.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import type { KafkaMessage } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { headerOf } from '../../src/kafka/records/block-records.ts';
import { asyncApiDocument } from '../../src/kafka/topics/asyncapi.ts';
import { registerSchemas, schemaText, subjectOf, WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import { RECON_TOPICS, type SchemaName } from '../../src/kafka/topics/topic-plans.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

interface DocumentedMessage {
  readonly payload: { readonly schema: avsc.Schema };
  readonly headers: { readonly $ref: string };
  readonly bindings: { readonly kafka: { readonly key: JsonSchema & { readonly $ref?: string } } };
}

interface Document {
  readonly channels: Readonly<Record<string, { address: string; messages: Record<string, { $ref: string }> }>>;
  readonly operations: Readonly<Record<string, { action: string; channel: { $ref: string } }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, DocumentedMessage>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

const TEXT = readFileSync(new URL('../../asyncapi.json', import.meta.url), 'utf8');
const VERSION = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

let given: GivenFacts;
let ledger: GivenLedger;

beforeAll(async () => {
  given = await givenFacts(100);
});
beforeEach(async () => {
  ledger = await GivenLedger.make(2);
});
afterEach(() => ledger.remove());
afterAll(() => given.remove());

const DOCUMENT = JSON.parse(TEXT) as Document;

/** Checks a record against the document of its topic; throws if it does not match. */
function checkOf(topic: string): (message: KafkaMessage) => void {
  const { messages, schemas } = DOCUMENT.components;
  const lastOf = ({ $ref }: { readonly $ref: string }) => $ref.split('/').at(-1)!;
  const channel = Object.values(DOCUMENT.channels).find(({ address }) => address === topic)!;
  const [message] = Object.values(channel.messages) as [{ $ref: string }];
  const { payload, headers, bindings } = messages[lastOf(message)]!;
  const { key } = bindings.kafka;
  const value = avsc.Type.forSchema(payload.schema);
  const keyed = z.fromJSONSchema(key.$ref === undefined ? key : schemas[lastOf({ $ref: key.$ref })]!);
  const headed = z.fromJSONSchema(schemas[lastOf(headers)]!);
  return (record) => {
    const names = Object.keys(record.headers ?? {});
    headed.parse(Object.fromEntries(names.map((name) => [name, headerOf(record.headers, name)])));
    keyed.parse(record.key === null ? null : record.key.toString());
    if (headerOf(record.headers, 'hesabu-type') === 'takeover') return;
    expect(record.value!.readUInt32BE(1)).toBe(ledger.schemas.get(topic));
    // A long of a schema may exceed the exact range of a number; none of ours does.
    value.fromBuffer(record.value!.subarray(WIRE_PREFIX_BYTES));
    // A reader of the document must find every header in it.
    expect(Object.keys((schemas[lastOf(headers)] as { properties: object }).properties)).toEqual(
      expect.arrayContaining(names),
    );
  };
}

test('the document is that of the code, and every reference in it resolves', () => {
  expect(DOCUMENT).toEqual(JSON.parse(JSON.stringify(asyncApiDocument(VERSION))));
  for (const [, path] of TEXT.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    const found = path!
      .split('/')
      .reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], DOCUMENT);
    expect(found, path).toBeDefined();
  }
});

test('every record on the topics matches the document, and a trace is passed on', async () => {
  const { prefix } = ledger.settings;
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await ledger.produce(given.facts.slice(0, -1));
  const [last] = given.facts.slice(-1);
  await ledger.produce([last!], 1, { traceparent, tracestate: 'shop=1' });
  await ledger.produceRaw('orders.v1', { key: 'x', value: Buffer.from('x'), partition: 0 });
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  await ledger.drained();
  const seen = new Map<string, number>();
  let traced = 0;
  for (const topic of [...RECON_TOPICS, 'dead-letters.v1', 'ledger.v1']) {
    const check = checkOf(topic);
    await ledger.readAll([prefix + topic], (_name, message) => {
      check(message);
      seen.set(topic, (seen.get(topic) ?? 0) + 1);
      const { headers } = message;
      if (topic !== 'ledger.v1') expect(headerOf(headers, 'ce_type')).toBe(`hesabu.${topic}`);
      if (headerOf(headers, 'tracestate') !== 'shop=1') return;
      expect(headerOf(headers, 'traceparent')).toBe(traceparent);
      traced++;
    });
  }
  for (const topic of ['recon.matched.v1', 'recon.unmatched.v1', 'dead-letters.v1', 'ledger.v1']) {
    expect(seen.get(topic), topic).toBeGreaterThan(0);
  }
  expect(traced).toBeGreaterThan(0);
});

test('the records of import match the document, also without a reference', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-import-'));
  const files = {
    orders: ['merchant,transaction_reference,amount,currency,placed_at', 'shop,A-1,100,KES,2026-01-01T00:00:00Z'],
    settlements: [
      'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date',
      'A-1,P-1,payment,100,KES,1,2026-01-02',
      ',P-2,payment,100,KES,1,2026-01-02',
    ],
  };
  const args = Object.entries(files).flatMap(([kind, lines]) => {
    writeFileSync(join(dir, `${kind}.csv`), `${lines.join('\n')}\n`);
    return [`--${kind}`, join(dir, `${kind}.csv`)];
  });
  const { brokers, prefix } = ledger.settings;
  await ledger.hesabu(['import', '--kafka', brokers.join(','), '--data', join(dir, 'copy'), ...args]);
  rmSync(dir, { recursive: true });
  for (const [topic, records] of [
    ['orders.v1', 1],
    ['settlements.v1', 2],
  ] as const) {
    const check = checkOf(topic);
    let count = 0;
    await ledger.readAll([prefix + topic], (_name, message) => {
      check(message);
      expect(headerOf(message.headers, 'ce_type')).toBe(`hesabu.${topic}`);
      count++;
    });
    expect(count, topic).toBe(records);
  }
});

test.each<[string, SchemaName, (schema: { fields: object[] }) => void]>([
  [
    'a fact with a field that old facts do not have',
    'fact',
    ({ fields }) => fields.push({ name: 'x', type: 'string' }),
  ],
  ['an entry with a field that old readers need', 'entry', ({ fields }) => fields.splice(3, 1)],
  ['a block with a new field without a default', 'block', ({ fields }) => fields.push({ name: 'x', type: 'long' })],
])('the registry refuses %s', async (_what, name, change) => {
  const text = (wanted: SchemaName) => {
    const schema = JSON.parse(schemaText(wanted));
    if (wanted === name) change(schema);
    return JSON.stringify(schema);
  };
  await expect(registerSchemas(ledger.settings, text)).rejects.toMatchObject({ code: 'HESABU_SCHEMA_REFUSED' });
  // An existing schema may be registered again.
  expect((await registerSchemas(ledger.settings)).get('ledger.v1')).toBe(ledger.schemas.get('ledger.v1'));
  const config = await fetch(`${ledger.settings.registry}config/${subjectOf(ledger.settings, 'ledger.v1')}`);
  expect(await config.json()).toMatchObject({ compatibilityLevel: 'FULL_TRANSITIVE' });
});
