// The schema registry: the schemas of our values, and their ids. It is needed at the start only; known schemas do not
// need it again.

import { readFileSync } from 'node:fs';
import { HesabuError } from '../../domain/errors.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { type RegistryAnswer, send } from './registry-request.ts';
import { type SchemaName, TOPIC_PLANS, type TopicPlan } from './topic-plans.ts';

/** A value's first byte, and the four bytes of its schema's id, as Confluent's clients write them. */
export const WIRE_PREFIX_BYTES = 5;

export type SchemaPlan = TopicPlan & { readonly schema: NonNullable<TopicPlan['schema']> };

const PLANS = TOPIC_PLANS.filter((plan): plan is SchemaPlan => plan.schema !== null);
const FACT_PLANS = PLANS.filter(({ schema }) => schema.name === 'fact');

export function schemaText(name: SchemaName): string {
  return readFileSync(new URL(`../../../schemas/${name}.avsc`, import.meta.url), 'utf8');
}

/** Facts were once written under this schema, which ends before the account: the same reader reads both. */
function earlierFactSchema(): string {
  return readFileSync(new URL('../../../schemas/earlier/fact-1.avsc', import.meta.url), 'utf8');
}

/**
 * Registers missing schemas. Throws HESABU_REGISTRY_UNREACHABLE, and HESABU_SCHEMA_REFUSED if a subject has another
 * compatibility or an incompatible schema.
 */
export async function registerSchemas(settings: KafkaSettings, text = schemaText): Promise<SchemaIds> {
  const ids = new Map<string, number>();
  for (const { topic, schema } of PLANS) {
    const subject = subjectOf(settings, topic);
    const own = await compatibilityOf(settings, subject);
    const wanted = schema.compatibility;
    if (own !== undefined && own !== wanted && own !== (await compatibilityOf(settings))) {
      throw new HesabuError('HESABU_SCHEMA_REFUSED', { where: subject, expected: wanted, found: own });
    }
    const id = await ask(settings, subject, '/versions', 'POST', { schema: text(schema.name) });
    if (id === undefined) throw new HesabuError('HESABU_SCHEMA_MISSING', { where: subject });
    if (own !== wanted) await request(settings, subject, `config/${subject}`, 'PUT', { compatibility: wanted });
    ids.set(topic, id);
  }
  return new SchemaIds(ids, await earlierFactIds(settings));
}

/**
 * Of a subject, or the registry's default; undefined where there is none. A registration that ended between its two
 * requests leaves the schema without a compatibility of its own; some registries then tell their default as the
 * subject's.
 */
async function compatibilityOf(settings: KafkaSettings, subject?: string): Promise<string | undefined> {
  const path = subject === undefined ? 'config' : `config/${subject}`;
  return (await request(settings, subject ?? '', path)).body.compatibilityLevel?.toUpperCase();
}

/** Throws HESABU_REGISTRY_UNREACHABLE, and HESABU_SCHEMA_MISSING if `hesabu topics --create` was not run. */
export async function readSchemaIds(settings: KafkaSettings): Promise<SchemaIds> {
  const ids = new Map<string, number>();
  for (const { topic, schema } of PLANS) {
    const subject = subjectOf(settings, topic);
    const id = await ask(settings, subject, '', 'POST', { schema: schemaText(schema.name) });
    if (id === undefined) throw new HesabuError('HESABU_SCHEMA_MISSING', { where: subject });
    ids.set(topic, id);
  }
  return new SchemaIds(ids, await earlierFactIds(settings));
}

/** The ids of the earlier schema of facts in the subjects that have it. */
async function earlierFactIds(settings: KafkaSettings): Promise<number[]> {
  const ids: number[] = [];
  for (const { topic } of FACT_PLANS) {
    const id = await ask(settings, subjectOf(settings, topic), '', 'POST', { schema: earlierFactSchema() });
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/**
 * Checks that our schema is still the latest of each subject: records with another one could not be read. Throws
 * HESABU_SCHEMA_CHANGED, and HESABU_REGISTRY_UNREACHABLE.
 */
export async function checkSubjects(
  settings: Pick<KafkaSettings, 'registry' | 'prefix'>,
  ids: SchemaIds,
): Promise<void> {
  for (const { topic } of PLANS) {
    const [subject, expected] = [subjectOf(settings, topic), ids.get(topic)];
    const found = await ask(settings, subject, '/versions/latest');
    if (found !== expected) throw schemaChanged(subject, expected, found);
  }
}

/** `found` is undefined if there is none. */
export function schemaChanged(subject: string, expected: number, found: number | undefined): HesabuError {
  const seen = found === undefined ? 'none' : `schema ${found}`;
  return new HesabuError('HESABU_SCHEMA_CHANGED', { where: subject, expected: `schema ${expected}`, found: seen });
}

export function subjectOf({ prefix }: Pick<KafkaSettings, 'prefix'>, topic: string): string {
  return `${prefix}${topic}-value`;
}

type RegistryAddress = Pick<KafkaSettings, 'registry'>;

/** The id of a schema of a subject; undefined if the registry does not have it. */
async function ask(
  settings: RegistryAddress,
  subject: string,
  path: '' | '/versions' | '/versions/latest',
  method = 'GET',
  body?: object,
): Promise<number | undefined> {
  const answer = await request(settings, subject, `subjects/${subject}${path}`, method, body);
  if (answer.status === 404) return undefined;
  if (answer.body.id === undefined) throw unreachable(settings, new Error('it answered without the id of a schema'));
  return answer.body.id;
}

/** Throws HESABU_REGISTRY_UNREACHABLE and HESABU_SCHEMA_REFUSED. */
async function request(
  settings: RegistryAddress,
  subject: string,
  path: string,
  method = 'GET',
  body?: object,
): Promise<RegistryAnswer> {
  const answer = await send(settings, path, method, body).catch((error: Error) => {
    throw unreachable(settings, error);
  });
  const { status, body: found } = answer;
  if (status !== 409 && status !== 422) return answer;
  throw new HesabuError('HESABU_SCHEMA_REFUSED', { where: subject, found: found.message ?? `status ${status}` });
}

function unreachable({ registry }: RegistryAddress, error: Error): HesabuError {
  const { cause, message } = error as Error & { readonly cause?: Error & { readonly code?: string } };
  const found = cause?.message || cause?.code || message;
  return new HesabuError('HESABU_REGISTRY_UNREACHABLE', { where: new URL(registry).host, found }, error);
}

/** The ids of our schemas, by topic. */
export class SchemaIds {
  private readonly ids: ReadonlyMap<string, number>;
  private readonly prefixes: ReadonlyMap<string, Buffer>;
  private readonly factIds: ReadonlySet<number>;

  /** `earlierFacts` are ids of schemas under which facts were written before. */
  constructor(ids: ReadonlyMap<string, number>, earlierFacts: readonly number[] = []) {
    this.ids = ids;
    this.prefixes = new Map([...ids].map(([topic, id]) => [topic, prefixOf(id)]));
    this.factIds = new Set([...earlierFacts, ...FACT_PLANS.flatMap(({ topic }) => ids.get(topic) ?? [])]);
  }

  /** By topic. */
  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.ids);
  }

  get(topic: string): number {
    return this.ids.get(topic)!;
  }

  /** Whether values with this schema id are facts in our format. Each subject may have an id of its own. */
  isFact(id: number): boolean {
    return this.factIds.has(id);
  }

  /** The bytes before the Avro bytes of a topic's values; empty for topics without a schema. */
  prefix(topic: string): Buffer {
    return this.prefixes.get(topic) ?? NO_PREFIX;
  }
}

const NO_PREFIX = Buffer.alloc(0);

function prefixOf(id: number): Buffer {
  const prefix = Buffer.alloc(WIRE_PREFIX_BYTES);
  prefix.writeUInt32BE(id, 1);
  return prefix;
}
