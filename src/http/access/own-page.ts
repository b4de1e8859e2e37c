// Requests of a browser that change something must come from a page of ours. A page elsewhere can send a request with
// the browser's cookies, but neither our origin nor a header of its own choice (CSRF).

import type { FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';

const HEADER = 'x-hesabu-request';
const HEADER_VALUE = '1';

/** `publicUrl` is the address under which others know the service. Throws HESABU_ORIGIN_REFUSED. */
export function demandOwnPage({ headers, host }: FastifyRequest, publicUrl: string | undefined): void {
  const found = headers.origin;
  const origin = found === undefined ? null : URL.parse(found);
  const own = [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).host])];
  if (origin === null || !/^https?:$/.test(origin.protocol) || !own.includes(origin.host)) {
    const expected = 'the header Origin with the address of this service';
    throw refused(expected, found?.slice(0, 200) ?? 'none');
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') {
    throw refused('Sec-Fetch-Site: same-origin', String(site).slice(0, 40));
  }
  if (headers[HEADER] !== HEADER_VALUE) throw refused(`the header X-Hesabu-Request: ${HEADER_VALUE}`, 'none');
}

function refused(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_ORIGIN_REFUSED', { expected, found });
}
