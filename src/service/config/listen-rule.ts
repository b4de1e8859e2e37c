// Where the service may listen: always on loopback; elsewhere only with API keys, and with TLS here or at a proxy.

import { isIPv4 } from 'node:net';
import { HesabuError } from '../../domain/errors.ts';
import type { Config } from './config.ts';

/** Throws HESABU_LISTEN_REFUSED. `keys` is the number of API keys that give access. */
export function checkListen({ host, tls, behind_proxy }: Config['listen'], keys: number): void {
  if (isLoopback(host)) return;
  const where = `listen.host ${host}`;
  if (keys === 0) throw new HesabuError('HESABU_LISTEN_REFUSED', { where, expected: 'at least one API key' });
  if (tls === undefined && !behind_proxy) {
    throw new HesabuError('HESABU_LISTEN_REFUSED', { where, expected: 'listen.tls, or listen.behind_proxy: true' });
  }
}

/** A name could lead elsewhere, so none counts as loopback except `localhost`, which is loopback on every system. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
