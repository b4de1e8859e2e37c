// The schema registry: the schemas of our values, and their ids. It is needed at the start only; known schemas do not
// need it again.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { ANSWER_MILLIS_MAX, ATTEMPTS, send } from './registry-request.ts';
import { type SchemaName, TOPIC_PLANS, type TopicPlan } from './topic-plans.ts';

/** A value's first byte, and the four bytes of its schema's id, as Confluent's clients write them. */
export const WIRE_PREFIX_BYTES = 5;

export type SchemaPlan = TopicPlan & { readonly schema: NonNullable<TopicPlan['schema']> };

const PLANS = TOPIC_PLANS.filter((plan): plan is SchemaPlan => plan.schema !== null);
const FACT_PLANS = PLANS.filter(({ schema }) => schema.name === 'fact' || schema.name === 'decision');

export function schemaText(name: SchemaName): string {
  return readFileSync(new URL(`../../../schemas/${name}.avsc`, import.meta.url), 'utf8');
}

function openRegistry({ registry }: RegistryAddress): SchemaRegistry {
  return new SchemaRegistry({
    host: registry,
    clientId: 'hesabu',
    retry: { retries: 0 },
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
    const ours = { type: SchemaType.AVRO, schema: text(schema.name) } as const;
    const options = { subject, compatibility: COMPATIBILITY[schema.compatibility] };
    // Again before each attempt: one without an answer may have ended between its two requests.
    const register = async () => {
      await completeSubject(settings, subject, schema.compatibility);
      return (await registry.register(ours, options)).id;
    };
    ids.set(topic, await request(settings, subject, register));
  }
  return new SchemaIds(ids);
}

/**
 * A registration that ended between its two requests leaves the schema without a compatibility of its own; some
 * registries then tell their default as the subject's. Throws HESABU_SCHEMA_REFUSED for one that somebody chose.
 */
async function completeSubject(settings: KafkaSettings, subject: string, wanted: string): Promise<void> {
  const own = await compatibilityOf(settings, subject);
  if (own === undefined || own === wanted) return;
  if (own !== (await compatibilityOf(settings))) {
    throw new HesabuError('HESABU_SCHEMA_REFUSED', { where: subject, expected: wanted, found: own });
  }
  await request(settings, subject, () => send(settings, `config/${subject}`, 'PUT', { compatibility: wanted }));
}

/** Of a subject, or the registry's default; undefined where there is none. */
async function compatibilityOf(settings: KafkaSettings, subject?: string): Promise<string | undefined> {
  const path = subject === undefined ? 'config' : `config/${subject}`;
  const { body } = await request(settings, subject ?? '', () => send(settings, path));
  return body.compatibilityLevel?.toUpperCase();
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
  return new SchemaIds(ids);
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
    const found = await ifThere(request(settings, subject, () => registry.getLatestSchemaId(subject)));
    if (found !== expected) throw schemaChanged(subject, expected, found);
  }
}

/** The time by the registry's clock, to the second; null if it does not say. Throws HESABU_REGISTRY_UNREACHABLE. */
export async function registryTime(settings: RegistryAddress): Promise<Instant | null> {
  const { time } = await send(settings, 'config').catch((error: Error) => {
    throw unreachable(settings, error);
  });
  return time;
}

/** Undefined instead of HESABU_SCHEMA_MISSING. */
function ifThere(id: Promise<number>): Promise<number | undefined> {
  return id.catch((error: unknown) => {
    if (error instanceof HesabuError && error.code === 'HESABU_SCHEMA_MISSING') return undefined;
    throw error;
  });
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

/**
 * Asks again where no registry answered: all of our requests are idempotent. In front of a registry that is away
 * something else may answer, and the client takes a proxy's page for the registry's word: a refusal counts once it was
 * heard twice, with an answer of the registry between. Throws HESABU_REGISTRY_UNREACHABLE, HESABU_SCHEMA_MISSING and
 * HESABU_SCHEMA_REFUSED.
 */
async function request<Result>(
  settings: RegistryAddress,
  subject: string,
  ask: () => Promise<Result>,
): Promise<Result> {
  let refused = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await inTime(ask());
      if (answer === undefined) throw new Error('it answered without the id of a schema');
      return answer;
    } catch (error) {
      if (error instanceof HesabuError) throw error;
      const refusal = refusalOf(error as Error, subject);
      if (refusal === undefined) {
        if (attempt >= ATTEMPTS) throw unreachable(settings, error as Error);
        continue;
      }
      if (refused) throw refusal;
      await send(settings, 'config').catch((away: Error) => {
        throw unreachable(settings, away);
      });
      refused = true;
    }
  }
}

function refusalOf(error: Error & { readonly status?: number }, subject: string): HesabuError | undefined {
  const { name, status, message } = error;
  // Where a subject does not have our schema the client throws its plain error, without the status.
  if (status === 404 || name === 'ConfluentSchemaRegistryError') {
    return new HesabuError('HESABU_SCHEMA_MISSING', { where: subject }, error);
  }
  const isRefused = status === 409 || status === 422 || name.includes('Compatibility');
  if (!isRefused) return undefined;
  return new HesabuError('HESABU_SCHEMA_REFUSED', { where: subject, found: withoutClient(message) }, error);
}

function unreachable({ registry }: RegistryAddress, error: Error): HesabuError {
  const { cause, message } = error as Error & { readonly cause?: Error & { readonly code?: string } };
  const found = cause?.message || cause?.code || withoutClient(message);
  return new HesabuError('HESABU_REGISTRY_UNREACHABLE', { where: new URL(registry).host, found }, error);
}

/** The client waits for ever for the rest of an answer whose connection broke. */
async function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  const timer = new AbortController();
  const late = sleep(ANSWER_MILLIS_MAX, undefined, { signal: timer.signal }).then(() => {
    throw new Error('no whole answer came in time');
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
    answer.catch(() => {});
  }
}

/** The client writes its own name before a message, and status 400 where there was no answer at all. */
function withoutClient(message: string): string {
  return message.replace(/^hesabu - (?:Error, status 400: )?/, '');
}

/** The ids of our schemas, by topic. */
export class SchemaIds {
  private readonly ids: ReadonlyMap<string, number>;
  private readonly prefixes: ReadonlyMap<string, Buffer>;
  private readonly factIds: ReadonlySet<number>;

  constructor(ids: ReadonlyMap<string, number>) {
    this.ids = ids;
    this.prefixes = new Map([...ids].map(([topic, id]) => [topic, prefixOf(id)]));
    this.factIds = new Set(FACT_PLANS.flatMap(({ topic }) => ids.get(topic) ?? []));
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
