// Starts to listen, and returns the address.

import type { AddressInfo } from 'node:net';
import { HesabuError } from '../domain/errors.ts';

/** A Fastify instance, whatever the type of its server. */
interface Listener {
  listen(options: { host: string; port: number }): Promise<unknown>;
  readonly server: { address(): AddressInfo | string | null };
}

/**
 * Returns `host:port`: the given host and the real port; port 0 takes any free one. Throws HESABU_LISTEN_FAILED.
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
