// A body of a network that nobody knows, and what it is read by.

import { bodySettings } from '../../../src/producers/account-settings.ts';
import type { Body, BodyContext } from '../../../src/producers/bodies/body.ts';
import { BodyFacts } from '../../../src/producers/bodies/body-facts.ts';
import { exactJson, JsonFields } from '../../../src/producers/bodies/json-fields.ts';

export const READ_AT = Date.parse('2026-06-01T12:00:00Z');

export const CONTEXT: BodyContext = {
  ...{ provider: 'net', account: 'main', merchant: 'shop-a', settings: bodySettings({}), isUnsigned: false },
  pseudonym: (text) => `#${text.length}`,
};

export function bodyOf(text: string, more: Partial<Body> = {}): Body {
  return { text, header: () => null, about: {}, readAt: READ_AT, raw: 'ex-1', ...more };
}

export function factsOf(context: Partial<BodyContext> = {}): BodyFacts {
  return new BodyFacts({ ...CONTEXT, ...context }, bodyOf(''));
}

/** The members of a JSON text that is an object. */
export function fieldsOf(text: string): JsonFields {
  const json = exactJson(text);
  if ('fault' in json) throw new Error(json.fault);
  return new JsonFields(json.value as Record<string, unknown>);
}
