// Which addresses may be called. Decided by the address that a name resolves to at the moment of connecting, because a
// name may resolve to another address the next moment. An address outside the public internet is ours or our
// neighbours'.

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { HesabuError } from '../../domain/errors.ts';

/** All public addresses of IPv6 are in 2000::/3 (RFC 4291, section 2.4). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** Whether an IP address, in any spelling, is on the public internet. An address that embeds another one is not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  // `unicast` excludes every special range: loopback, private, link-local, shared, documentation, tunnels ...
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(...GLOBAL_UNICAST);
}

export function forbidden(where: string, found: string): HesabuError {
  return new HesabuError('HESABU_ADDRESS_FORBIDDEN', { where, expected: 'an address of the public internet', found });
}

export type Lookup = (
  host: string,
  options: { readonly all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for sockets that returns only allowed addresses: the checked address is the connected one. One forbidden
 * address invalidates the name, because its owner decides which address comes first.
 */
export function guardedLookup(lookup: Lookup = systemLookup as unknown as Lookup): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const bad = error === null ? addresses.find(({ address }) => !isPublicAddress(address)) : undefined;
      const fault = error ?? (bad === undefined ? null : forbidden(host, bad.address));
      const [first] = addresses ?? [];
      if (fault !== null || first === undefined) done(fault ?? forbidden(host, 'no address'), '');
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
