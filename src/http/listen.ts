// Begins to listen, and says where.

import type { AddressInfo } from 'node:net';
import { HesabuError } from '../domain/errors.ts';

/** What fastify gives, whatever its types know of its server. */
interface Listener {
  listen(options: { host: string; port: number }): Promise<unknown>;
  readonly server: { address(): AddressInfo | string | null };
}

/**
 * Returns `host:port`, the host as it was given and the port as it is; port 0 takes any. Throws HESABU_LISTEN_FAILED.
 */
export async function listenAt(app: Listener, host: string, port: number): Promise<string> {
  const name = host.includes(':') ? `[${host}]` : host;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code = 'an unknown fault' } = error as NodeJS.ErrnoException;
    throw new HesabuError('HESABU_LISTEN_FAILED', { where: `${name}:${port}`, found: code }, error);
  }
  return `${name}:${(app.server.address() as AddressInfo).port}`;
}
