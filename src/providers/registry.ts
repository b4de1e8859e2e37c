// The providers of the product: one row each. A new provider is a folder here and a row in this table.

import { z } from 'zod';
import type { OutboundParts } from '../outbound/client/outbound-parts.ts';
import type { AccountSettings } from '../producers/account-settings.ts';
import type { FileReading } from '../producers/files/import-file.ts';
import type { Mapping } from '../producers/files/mapping.ts';
import { type ForeignExport, missingMarks } from '../producers/files/named-export.ts';
import type { FileKind } from '../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../producers/formats/formats.ts';
import type { Provider } from '../producers/provider.ts';
import { missingForTrust } from '../producers/webhooks/origin.ts';
import { AIRTEL } from './airtel/airtel.ts';
import { FLUTTERWAVE } from './flutterwave/flutterwave.ts';
import { GENERIC } from './generic/generic.ts';
import { MFS_AFRICA } from './mfs-africa/mfs-africa.ts';
import { MPESA } from './mpesa/mpesa.ts';
import { MTN_MOMO } from './mtn-momo/mtn-momo.ts';
import { ONAFRIQ } from './onafriq/onafriq.ts';
import { PAGA } from './paga/paga.ts';
import { PAYSTACK } from './paystack/paystack.ts';
import { SHOP } from './shop/shop.ts';
import { SHOPIFY } from './shopify/shopify.ts';
import { WOOCOMMERCE } from './woocommerce/woocommerce.ts';

/** A row. The settings that reach a provider are those that its own schema has read. */
export type RegisteredProvider = Provider<AccountSettings, OutboundParts>;

/** The first one is the default where nobody names a provider. Tests may use another table. */
export type Providers = readonly [RegisteredProvider, ...RegisteredProvider[]];

export const PROVIDERS: Providers = [
  MFS_AFRICA,
  MPESA,
  PAYSTACK,
  FLUTTERWAVE,
  SHOPIFY,
  WOOCOMMERCE,
  ONAFRIQ,
  AIRTEL,
  MTN_MOMO,
  PAGA,
  SHOP,
  GENERIC,
];

/** Undefined for a name that only files carry: those are read in the canonical formats. */
export function providerNamed(name: string, providers: Providers = PROVIDERS): RegisteredProvider | undefined {
  return providers.find((provider) => provider.name === name);
}

/**
 * How a provider's file of a kind is read: its format, the mapping, and the exports that it may be if none is given.
 */
export function fileReading(
  provider: string,
  kind: FileKind,
  mapping: Mapping | undefined,
  providers: Providers = PROVIDERS,
): FileReading {
  const row = providerNamed(provider, providers);
  const own = row?.formats[kind];
  const exports = row?.exports.filter((one) => one.kind === kind) ?? [];
  const series = row?.returnSeries === undefined ? {} : { returnSeries: row.returnSeries };
  const reading = { format: own ?? CANONICAL_FORMATS[kind], mapping, exports, ...series };
  return own === undefined ? { ...reading, findForeign: (names) => foreignExport(names, providers) } : reading;
}

/** The network whose export or body has these columns or members. */
function foreignExport(names: readonly string[], providers: Providers): ForeignExport | undefined {
  for (const { name, title, exports } of providers) {
    const found = exports.find((one) => missingMarks(one, names).length === 0);
    if (found !== undefined) return { provider: name, title, export: found };
  }
  return undefined;
}

/** An account of hesabu.yaml: its `provider` decides by which schema the rest of it is read. */
export function accountSchema(providers: Providers): z.ZodType<AccountSettings> {
  const names = providers.map(({ name }) => name);
  return z.unknown().transform((value, context): AccountSettings => {
    const named = z.looseObject({ provider: z.unknown() }).safeParse(value);
    if (!named.success) return refuse(context, value, named.error);
    const { provider } = named.data;
    const row = providers.find(({ name }) => name === provider);
    if (row === undefined) {
      const message = `Invalid input: expected ${names.map((name) => `"${name}"`).join(' or ')}`;
      context.issues.push({ code: 'custom', message, path: ['provider'], input: provider });
      return z.NEVER;
    }
    // The value as it stands: the loose object is without a key `__proto__`, which is as unknown as any other.
    const read = row.account.safeParse(value);
    if (!read.success) return refuse(context, value, read.error);
    const missing = missingForTrust(read.data.webhook);
    for (const key of missing) {
      const message = `Invalid input: expected ${key}, because of trust: network`;
      context.issues.push({ code: 'custom', message, path: ['webhook', key], input: value });
    }
    return missing.length > 0 ? z.NEVER : read.data;
  });
}

function refuse(context: z.RefinementCtx, input: unknown, { issues }: z.ZodError): never {
  for (const issue of issues) context.issues.push({ ...issue, input } as never);
  return z.NEVER;
}
