// Checks that the registry has our schemas and the compatibility that keeps them readable, subject by subject.

import { shellWord } from '../../runtime/shell-word.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { schemaText, subjectOf } from './registry.ts';
import { TOPIC_PLANS } from './topic-plans.ts';

export interface TopicFault {
  /** Or the subject of the registry. */
  readonly topic: string;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** The command that fixes it; null if the topic must be made again. */
  readonly remedy: string | null;
}

const ANSWER_MILLIS_MAX = 5_000;
/** Apicurio was seen to leave one in some hundreds of requests unanswered, where the answer is an empty result. */
const ATTEMPTS = 3;

interface Answer {
  readonly status: number;
  readonly body: { readonly id?: number; readonly compatibilityLevel?: string };
}

/** `create` is the command that registers schemas. A registry that does not answer is a fault too. */
export async function subjectFaults(settings: KafkaSettings, create: string): Promise<TopicFault[]> {
  const faults: TopicFault[] = [];
  try {
    for (const { topic, schema } of TOPIC_PLANS) {
      if (schema === null) continue;
      const subject = subjectOf(settings, topic);
      const ours = { schemaType: 'AVRO', schema: schemaText(schema.name) };
      const known = await send(settings, `subjects/${subject}`, 'POST', ours);
      const latest = await send(settings, `subjects/${subject}/versions/latest`);
      const config = await send(settings, `config/${subject}`);
      faults.push(...schemaFault(subject, known, latest, create));
      const [expected, found] = [schema.compatibility, config.body.compatibilityLevel ?? 'none of its own'];
      if (found === expected) continue;
      const remedy = compatibilityLine(settings, subject, expected);
      faults.push({ topic: subject, what: 'compatibility', expected, found, remedy });
    }
  } catch (error) {
    const { host } = new URL(settings.registry);
    const found = String((error as Error).cause ?? (error as Error).message);
    const remedy = 'check HESABU_REGISTRY_URL, and that the registry runs';
    faults.push({ topic: host, what: 'the schema registry', expected: 'an answer', found, remedy });
  }
  return faults;
}

function schemaFault(subject: string, known: Answer, latest: Answer, create: string): TopicFault[] {
  const isKnown = known.status === 200;
  if (isKnown && latest.body.id === known.body.id) return [];
  const found = latest.status === 200 ? `schema ${latest.body.id}` : 'none';
  if (!isKnown) return [{ topic: subject, what: 'schema', expected: 'ours', found, remedy: create }];
  // Records with the latest schema could not be read.
  const remedy = `delete the later versions of ${subject}, or update the workers to a version that knows them`;
  return [{ topic: subject, what: 'latest schema', expected: `ours, schema ${known.body.id}`, found, remedy }];
}

/** Registering again does not change an existing compatibility. */
function compatibilityLine({ registry }: KafkaSettings, subject: string, expected: string): string {
  const { origin, pathname } = new URL(`config/${subject}`, withSlash(registry));
  const body = `-H 'Content-Type: application/json' -d '{"compatibility":"${expected}"}'`;
  return `curl -X PUT ${body} ${shellWord(origin + pathname)}`;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

async function send(settings: KafkaSettings, path: string, method = 'GET', body?: object): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(settings, path, method, body);
    } catch (error) {
      if (attempt === ATTEMPTS || (error as Error).name !== 'TimeoutError') throw error;
    }
  }
}

async function sendOnce({ registry }: KafkaSettings, path: string, method: string, body?: object): Promise<Answer> {
  const url = new URL(path, withSlash(registry));
  const user = url.username === '' ? '' : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const answer = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...(user === '' ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    },
    signal: AbortSignal.timeout(ANSWER_MILLIS_MAX),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok && answer.status !== 404) throw new Error(`it answered ${answer.status}`);
  return { status: answer.status, body: (await answer.json().catch(() => ({}))) as Answer['body'] };
}
