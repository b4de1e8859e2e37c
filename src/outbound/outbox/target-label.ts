// The name of a target as shown to people: many receivers authenticate by a part of their URL, so that the whole URL
// is a secret.

import { hash } from 'node:crypto';

const HASH_LENGTH = 8;

/** The origin, with a short hash of the whole URL if it has more parts. A text that is not a URL is already a name. */
export function targetLabel(name: string): string {
  const url = URL.parse(name);
  if (url === null || url.host === '') return name;
  if (url.href === `${url.origin}/`) return url.origin;
  return `${url.origin} (${hash('sha256', url.href, 'hex').slice(0, HASH_LENGTH)})`;
}
