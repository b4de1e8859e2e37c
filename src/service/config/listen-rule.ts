// Where the service may listen: on loopback always; elsewhere only with keys, and with TLS here or at a proxy in front.

import { isIPv4 } from 'node:net';
import { HesabuError } from '../../domain/errors.ts';
import type { Config } from './config.ts';

/** Throws HESABU_LISTEN_REFUSED. `keys` is how many API keys open something. */
export function checkListen({ host, tls, behind_proxy }: Config['listen'], keys: number): void {
  if (isLoopback(host)) return;
  const where = `listen.host ${host}`;
  if (keys === 0) throw new HesabuError('HESABU_LISTEN_REFUSED', { where, expected: 'at least one API key' });
  if (tls === undefined && !behind_proxy) {
    throw new HesabuError('HESABU_LISTEN_REFUSED', { where, expected: 'listen.tls, or listen.behind_proxy: true' });
  }
}

/** A name that could lead elsewhere is not taken for loopback, but for `localhost`, which every system keeps there. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
