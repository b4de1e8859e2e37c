// One request to the schema registry's REST API, for what its client cannot ask.

import type { KafkaSettings } from '../client/settings.ts';

const ANSWER_MILLIS_MAX = 5_000;
/** Apicurio was seen to leave one in some hundreds of requests unanswered, where the answer is an empty result. */
const ATTEMPTS = 3;

type RegistryAddress = Pick<KafkaSettings, 'registry'>;

export interface RegistryAnswer {
  readonly status: number;
  readonly body: { readonly id?: number; readonly compatibilityLevel?: string };
}

export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** Throws what `fetch` throws, and an error with the status where that is neither success nor 404. */
export async function send(
  settings: RegistryAddress,
  path: string,
  method = 'GET',
  body?: object,
): Promise<RegistryAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(settings, path, method, body);
    } catch (error) {
      if (attempt === ATTEMPTS || (error as Error).name !== 'TimeoutError') throw error;
    }
  }
}

async function sendOnce(
  { registry }: RegistryAddress,
  path: string,
  method: string,
  body?: object,
): Promise<RegistryAnswer> {
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
  return { status: answer.status, body: (await answer.json().catch(() => ({}))) as RegistryAnswer['body'] };
}
