// The schema registry: the schemas of our values, and their ids. It is needed at the start only; known schemas do not
// need it again.

import { readFileSync } from 'node:fs';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { HesabuError } from '../../domain/errors.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { send } from './registry-request.ts';
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

/** Registries that accept a request and never answer have been seen; the client would wait for ever. */
const ANSWER_MILLIS_MAX = 5_000;
const ATTEMPTS = 3;

function openRegistry({ registry }: Pick<KafkaSettings, 'registry'>): SchemaRegistry {
  return new SchemaRegistry({
    host: registry,
    clientId: 'hesabu',
    retry: { retries: 2, initialRetryTimeInSecs: 0.1 },
    middlewares: [() => ({ prepareRequest: async (next) => (await next()).enhance({ timeout: ANSWER_MILLIS_MAX }) })],
  });
}

/**
 * Registers missing schemas. Throws HESABU_REGISTRY_UNREACHABLE, and HESABU_SCHEMA_REFUSED if a subject has another
 * compatibility or an incompatible schema.
 */
export async function registerSchemas(settings: KafkaSettings, text = schemaText): Promise<SchemaIds> {
  const registry = openRegistry(settings);
  const ids = new Map<string, number>();
  for (const { topic, schema } of PLANS) {
    const subject = subjectOf(settings, topic);
    const options = { subject, compatibility: COMPATIBILITY[schema.compatibility] };
    const register = () => registry.register({ type: SchemaType.AVRO, schema: text(schema.name) }, options);
    const { id } = await request(settings, subject, () =>
      register().catch(async (error: Error) => {
        const isOther = error.name.includes('Compatibility');
        if (!isOther || !(await hasDefaultCompatibility(settings, subject))) throw error;
        await send(settings, `config/${subject}`, 'PUT', { compatibility: schema.compatibility });
        return await register();
      }),
    );
    ids.set(topic, id);
  }
  return new SchemaIds(ids, await earlierFactIds(settings, registry));
}

/**
 * A registration that ended between its two requests leaves the schema without a compatibility of its own. Some
 * registries then tell their default as the subject's.
 */
async function hasDefaultCompatibility(settings: KafkaSettings, subject: string): Promise<boolean> {
  const [own, common] = await Promise.all([send(settings, `config/${subject}`), send(settings, 'config')]);
  return own.body.compatibilityLevel === common.body.compatibilityLevel;
}

/** Throws HESABU_REGISTRY_UNREACHABLE, and HESABU_SCHEMA_MISSING if `hesabu topics --create` was not run. */
export async function readSchemaIds(settings: KafkaSettings): Promise<SchemaIds> {
  const registry = openRegistry(settings);
  const ids = new Map<string, number>();
  for (const { topic, schema } of PLANS) {
    const subject = subjectOf(settings, topic);
    const ours = { type: SchemaType.AVRO, schema: schemaText(schema.name) } as const;
    ids.set(topic, await request(settings, subject, () => registry.getRegistryIdBySchema(subject, ours)));
  }
  return new SchemaIds(ids, await earlierFactIds(settings, registry));
}

/** The ids of the earlier schema of facts in the subjects that have it. */
async function earlierFactIds(settings: KafkaSettings, registry: SchemaRegistry): Promise<number[]> {
  const earlier = { type: SchemaType.AVRO, schema: earlierFactSchema() } as const;
  const ids: number[] = [];
  for (const { topic } of FACT_PLANS) {
    const subject = subjectOf(settings, topic);
    try {
      ids.push(await request(settings, subject, () => registry.getRegistryIdBySchema(subject, earlier)));
    } catch (error) {
      if (!(error instanceof HesabuError) || error.code !== 'HESABU_SCHEMA_MISSING') throw error;
    }
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
  const registry = openRegistry(settings);
  for (const { topic } of PLANS) {
    const [subject, expected] = [subjectOf(settings, topic), ids.get(topic)];
    const found = await request(settings, subject, () => registry.getLatestSchemaId(subject)).catch((error) => {
      if (error instanceof HesabuError && error.code === 'HESABU_SCHEMA_MISSING') return undefined;
      throw error;
    });
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

async function request<Result>(
  { registry }: Pick<KafkaSettings, 'registry'>,
  subject: string,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    return await withRetry(send);
  } catch (error) {
    const { name, status, message } = error as Error & { status?: number };
    // Where a subject does not have our schema the client throws its plain error, without the status.
    if (status === 404 || name === 'ConfluentSchemaRegistryError')
      throw new HesabuError('HESABU_SCHEMA_MISSING', { where: subject }, error);
    const isRefusal = status === 409 || status === 422 || name.includes('Compatibility');
    if (isRefusal)
      throw new HesabuError('HESABU_SCHEMA_REFUSED', { where: subject, found: withoutClient(message) }, error);
    throw new HesabuError(
      'HESABU_REGISTRY_UNREACHABLE',
      { where: new URL(registry).host, found: withoutClient(message) },
      error,
    );
  }
}

/** The client writes its own name before a message, and status 400 where there was no answer at all. */
function withoutClient(message: string): string {
  return message.replace(/^hesabu - (?:Error, status 400: )?/, '');
}

/** A request without an answer is repeated: all of ours are idempotent. */
async function withRetry<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error as Error).message.includes('Timeout')) throw error;
    }
  }
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
