// The source of a connection as limits count it: an IPv4 address, or an IPv6 network of 64 bits, which is what one
// customer of a network has.

import ipaddr from 'ipaddr.js';

const NETWORK_PARTS = 4;

/** The source of an address as a socket has it. A text that is no address is its own source. */
export function sourceOf(address: string): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address;
  const read = ipaddr.process(address);
  if (read.kind() === 'ipv4') return read.toString();
  return `${(read as ipaddr.IPv6).parts
    .slice(0, NETWORK_PARTS)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
