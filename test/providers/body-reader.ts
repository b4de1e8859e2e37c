// A body read by a provider's own readers, as `hesabu inspect` and the service read it.

import { type AccountSettings, bodySettings } from '../../src/producers/account-settings.ts';
import type { BodyKind, BodyReading } from '../../src/producers/bodies/body.ts';
import { isUnsigned } from '../../src/producers/provider.ts';
import type { RegisteredProvider } from '../../src/providers/registry.ts';

export const READ_AT = Date.parse('2026-06-01T12:00:00Z');

export interface Given {
  readonly settings?: Partial<AccountSettings>;
  readonly about?: Readonly<Record<string, string>>;
  /** By their lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body that is no text is written as JSON. */
export function readBody(provider: RegisteredProvider, kind: BodyKind, body: unknown, given: Given = {}): BodyReading {
  return bodyReader(provider, kind, given)(body);
}

/** The same for many bodies. */
export function bodyReader(
  provider: RegisteredProvider,
  kind: BodyKind,
  { settings = {}, about = {}, headers = {} }: Given = {},
): (body: unknown) => BodyReading {
  const readers = provider.bodies({
    ...{ provider: provider.name, account: 'main', merchant: 'shop-a', settings: bodySettings(settings) },
    own: settings,
    isUnsigned: isUnsigned(provider, settings.webhook),
    pseudonym: (text) => `#${text}`,
  });
  return (body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return readers[kind]!({ text, header: (name) => headers[name] ?? null, about, readAt: READ_AT, raw: 'ex-1' });
  };
}
