// One request to the schema registry's REST API. What is known of a subject comes only from a registry's whole answer:
// in front of one that is away, something else may answer in its place.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../domain/time.ts';
import type { KafkaSettings } from '../client/settings.ts';

export const ANSWER_MILLIS_MAX = 5_000;
/** Apicurio was seen to leave one in some hundreds of requests unanswered, where the answer is an empty result. */
export const ATTEMPTS = 3;
const AGAIN_MILLIS = 100;
/** With these a registry says that it does not have what was asked for, or does not take what was sent. */
const REFUSALS = [404, 409, 422];

type RegistryAddress = Pick<KafkaSettings, 'registry'>;

export interface RegistryAnswer {
  /** 2xx, 404, 409 or 422. */
  readonly status: number;
  /** When it answered, by its own clock; null if it does not say. */
  readonly time: Instant | null;
  readonly body: {
    readonly id?: number;
    readonly compatibilityLevel?: string;
    readonly error_code?: number;
    readonly message?: string;
  };
}

export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/**
 * Asks again where no registry answered: all of our requests are idempotent. Throws an error that says why none did in
 * the end.
 */
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
      if (attempt === ATTEMPTS) throw error;
      await sleep(AGAIN_MILLIS);
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
    // A registry that sends us elsewhere would get our password sent there.
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MILLIS_MAX),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // Half an answer rejects here.
  const found = objectIn(await answer.text());
  const { status } = answer;
  if (!isOfRegistry(status, found)) throw new Error(`it answered ${status}, and not as a registry`);
  return { status, time: timeOf(answer.headers), body: found as RegistryAnswer['body'] };
}

/** A refusal of the registry's own has a code; that of a proxy or of another program has none. */
function isOfRegistry(status: number, body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (status >= 200 && status < 300) return true;
  return REFUSALS.includes(status) && typeof (body as RegistryAnswer['body']).error_code === 'number';
}

/** An answer from a cache is as old as it says. */
function timeOf(headers: Headers): Instant | null {
  const time = Date.parse(headers.get('date') ?? '') + Number(headers.get('age') ?? 0) * 1000;
  return Number.isFinite(time) ? time : null;
}

function objectIn(text: string): RegistryAnswer['body'] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
