// What a target is called where people read it: many receivers are let in by what stands in their URL, so that the
// whole of it is a secret.

import { hash } from 'node:crypto';

const HASH_LENGTH = 8;

/** The origin, and a short hash of the whole URL where it says more than that. What is no URL is a name already. */
export function shownTarget(name: string): string {
  const url = URL.parse(name);
  if (url === null || url.host === '') return name;
  if (url.href === `${url.origin}/`) return url.origin;
  return `${url.origin} (${hash('sha256', url.href, 'hex').slice(0, HASH_LENGTH)})`;
}
