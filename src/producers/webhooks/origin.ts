// Where webhooks of an account may come from: the addresses of its network, and a path that only it knows. Together
// they stand in for a signature where the settings say so.

import { hash, timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { type SecretPlace, secret } from '../account-settings.ts';

/** A shorter path could be guessed. */
const PATH_LENGTH_MIN = 24;
const PATH = /^[A-Za-z0-9_-]+$/;

const network = z.string().refine((text) => readNetwork(text) !== undefined, 'expected an address, or a CIDR block');

/** Every provider's `webhook` has these beside its own keys. */
export const WEBHOOK_ORIGIN = {
  /** `network`: what comes from these addresses under this path counts as if it were signed. */
  trust: z.literal('network').optional(),
  /** The secret last part of the URL. */
  path: secret.optional(),
  /** The addresses that may call, IPv4 and IPv6, also as CIDR blocks; any where absent. */
  addresses: z.array(network).min(1).optional(),
};

const origin = z.object(WEBHOOK_ORIGIN);
type WebhookOrigin = z.output<typeof origin>;

/** What an account's settings say of it, whatever else they hold. */
function webhookOrigin(webhook: object | undefined): WebhookOrigin {
  const read = origin.safeParse(webhook ?? {});
  return read.success ? read.data : {};
}

/** The keys that an account lacks to trust its network. */
export function missingForTrust(webhook: object | undefined): readonly ('path' | 'addresses')[] {
  const { trust, ...given } = webhookOrigin(webhook);
  if (trust === undefined) return [];
  return (['path', 'addresses'] as const).filter((key) => given[key] === undefined);
}

/** What a request must show before its signature is looked at. */
export interface WebhookGate {
  /** Whether this is the secret part of the URL; null where the account has none. */
  readonly isPath: ((text: string) => boolean) | null;
  /** The addresses that may call; null for any. */
  readonly addresses: AddressList | null;
}

/** Throws HESABU_CONFIG_INVALID for a path that could be guessed, without it. */
export function webhookGate(
  webhook: object | undefined,
  secretAt: (place: SecretPlace) => string,
  where: string,
): WebhookGate {
  const { path, addresses } = webhookOrigin(webhook);
  return {
    isPath: path === undefined ? null : sameAs(secretAt(path), `${where}: webhook.path`),
    addresses: addresses === undefined ? null : new AddressList(addresses),
  };
}

/** Compares in a time that tells nothing of where two texts differ. */
function sameAs(path: string, where: string): (text: string) => boolean {
  if (path.length < PATH_LENGTH_MIN || !PATH.test(path)) {
    const expected = `at least ${PATH_LENGTH_MIN} letters, digits, dashes and underscores`;
    const found = `${path.length} characters`;
    throw new HesabuError('HESABU_CONFIG_INVALID', { where, expected, found });
  }
  const wanted = hash('sha256', path, 'buffer');
  return (text) => timingSafeEqual(wanted, hash('sha256', text, 'buffer'));
}

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

export class AddressList {
  private readonly networks: readonly Network[];

  constructor(texts: readonly string[]) {
    this.networks = texts.flatMap((text) => {
      const read = readNetwork(text);
      return read === undefined ? [] : [read];
    });
  }

  /** An IPv4 address in the form of IPv6 is that IPv4 address. */
  has(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const found = ipaddr.process(address);
    return this.networks.some(([base, bits]) => found.kind() === base.kind() && found.match(base, bits));
  }
}

/** Strictly four numbers: `10.1` and `0x0a.0.0.1` are addresses to some programs only. */
function readNetwork(text: string): Network | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const isWritten = address.includes(':') ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isWritten || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const parsed = ipaddr.parse(address);
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  return length > most ? undefined : [parsed, length];
}
