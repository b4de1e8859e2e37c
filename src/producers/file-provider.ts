// A provider of which this version reads files only: it takes no webhooks and calls no gateway. An account of it in
// hesabu.yaml says for which merchants the account's files may speak.

import { z } from 'zod';
import type { NamedExport } from '../producers/files/named-export.ts';
import { ACCOUNT, type AccountSettings } from './account-settings.ts';
import type { Provider } from './provider.ts';

export interface FileProvider {
  readonly name: string;
  readonly title: string;
  readonly exports: readonly NamedExport[];
}

/** What accounts of other providers have, and these must not: nobody would call the network or check its webhooks. */
const NOT_OFFERED = ['base_url', 'api_key', 'webhook', 'settlement', 'polling', 'rate'] as const;

export function fileProvider({ name, title, exports }: FileProvider): Provider<AccountSettings> {
  const error = `expected none: of ${name}, this version reads files only`;
  const notOffered = Object.fromEntries(NOT_OFFERED.map((key) => [key, z.never({ error }).optional()]));
  const { account, merchants, polling, gaps, rate, currency, zone, reference, currencies, version } = ACCOUNT;
  const reading = { currency, zone, reference, currencies, version };
  const written = z.strictObject({ ...notOffered, provider: z.literal(name), account, merchants, ...reading });
  return {
    ...{ name, title, exports, formats: {} },
    bodies: () => ({}),
    capabilities: {
      payments: false,
      refunds: false,
      operators: false,
      status: 'none',
      webhooks: 'none',
      settlement: false,
    },
    account: written.transform((read): AccountSettings => {
      return {
        ...read,
        base_url: undefined,
        webhook: undefined,
        settlement: undefined,
        polling: polling.parse(undefined),
        rate: rate.parse(undefined),
        gaps: gaps.parse(undefined),
      };
    }),
  };
}
