// What is on the topics is what the schemas and the AsyncAPI document say, and changes that readers could not bear are
// refused.
import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { asyncApiDocument } from '../../src/log/kafka/asyncapi.ts';
import { headerOf } from '../../src/log/kafka/block-records.ts';
import { registerSchemas, schemaText, subjectOf, WIRE_PREFIX_BYTES } from '../../src/log/kafka/registry.ts';
import { RECON_TOPICS, type SchemaName } from '../../src/log/kafka/topics.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

interface Document {
  readonly channels: Readonly<Record<string, { address: string; messages: Record<string, { $ref: string }> }>>;
  readonly operations: Readonly<Record<string, { action: string; channel: { $ref: string } }>>;
  readonly components: { readonly messages: Readonly<Record<string, { payload: { schema: avsc.Schema } }>> };
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

/** The schema that the document has for a topic. */
function schemaOf(document: Document, topic: string): avsc.Type {
  const channel = Object.values(document.channels).find(({ address }) => address === topic)!;
  const [{ $ref }] = Object.values(channel.messages) as [{ $ref: string }];
  const { schema } = document.components.messages[$ref.split('/').at(-1)!]!.payload;
  // A long of a schema may be larger than a number holds exactly; none of ours is.
  return avsc.Type.forSchema(schema);
}

test('the document is that of the code, and every reference in it leads somewhere', () => {
  const document = JSON.parse(TEXT) as Document;
  expect(document).toEqual(JSON.parse(JSON.stringify(asyncApiDocument(VERSION))));
  for (const [, path] of TEXT.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    const found = path!
      .split('/')
      .reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], document);
    expect(found, path).toBeDefined();
  }
});

test('every record on the topics is what the document says, and a trace is passed on', async () => {
  const document = JSON.parse(TEXT) as Document;
  const { prefix } = ledger.settings;
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await ledger.produce(given.facts.slice(0, -1));
  const [last] = given.facts.slice(-1);
  await ledger.produce([last!], 1, { traceparent });
  await ledger.produceRaw('orders.v1', { key: 'x', value: Buffer.from('x'), partition: 0 });
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  await ledger.drained();
  const seen = new Map<string, number>();
  let traced = 0;
  for (const topic of [...RECON_TOPICS, 'dead-letters.v1', 'ledger.v1']) {
    await ledger.readAll([prefix + topic], (_name, { value, headers }) => {
      if (headerOf(headers, 'hesabu-type') === 'takeover') return;
      expect(value!.readUInt32BE(1)).toBe(ledger.schemas.get(topic));
      schemaOf(document, topic).fromBuffer(value!.subarray(WIRE_PREFIX_BYTES));
      seen.set(topic, (seen.get(topic) ?? 0) + 1);
      if (topic === 'ledger.v1') return;
      expect(headerOf(headers, 'ce_specversion')).toBe('1.0');
      expect(headerOf(headers, 'ce_type')).toBe(`hesabu.${topic}`);
      expect(headerOf(headers, 'ce_id')).toMatch(/^[\w.-]+$/);
      expect(headerOf(headers, 'ce_source')).toMatch(/^\/hesabu\//);
      if (headerOf(headers, 'traceparent') === traceparent) traced++;
    });
  }
  for (const topic of ['recon.matched.v1', 'recon.unmatched.v1', 'dead-letters.v1', 'ledger.v1']) {
    expect(seen.get(topic), topic).toBeGreaterThan(0);
  }
  expect(traced).toBeGreaterThan(0);
});

test.each<[string, SchemaName, (schema: { fields: object[] }) => void]>([
  ['a fact with a field that old ones do not have', 'fact', ({ fields }) => fields.push({ name: 'x', type: 'string' })],
  ['an entry with a field that old readers need', 'entry', ({ fields }) => fields.splice(3, 1)],
  ['a block with a new field without a default', 'block', ({ fields }) => fields.push({ name: 'x', type: 'long' })],
])('the registry refuses %s', async (_what, name, change) => {
  const text = (wanted: SchemaName) => {
    const schema = JSON.parse(schemaText(wanted));
    if (wanted === name) change(schema);
    return JSON.stringify(schema);
  };
  await expect(registerSchemas(ledger.settings, text)).rejects.toMatchObject({ code: 'HESABU_SCHEMA_REFUSED' });
  // What is there already may be registered again.
  expect((await registerSchemas(ledger.settings)).get('ledger.v1')).toBe(ledger.schemas.get('ledger.v1'));
  const config = await fetch(`${ledger.settings.registry}config/${subjectOf(ledger.settings, 'ledger.v1')}`);
  expect(await config.json()).toMatchObject({ compatibilityLevel: 'FULL_TRANSITIVE' });
});
