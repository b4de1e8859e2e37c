// Checks that the registry has our schemas and the compatibility that keeps them readable, subject by subject.

import { shellWord } from '../../runtime/shell-word.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { schemaText, subjectOf } from './registry.ts';
import { type RegistryAnswer, send, withSlash } from './registry-request.ts';
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

function schemaFault(subject: string, known: RegistryAnswer, latest: RegistryAnswer, create: string): TopicFault[] {
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
