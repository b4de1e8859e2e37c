// Bodies that are authentic and hostile all the same: too long, too deep, with a name twice. Nothing of them is a fact,
// and what is too long is refused before it is read.

import { expect, test } from 'vitest';
import { isObject } from '../../../src/producers/files/json-text.ts';
import { statusOf, talk } from '../../http/webhooks/raw.ts';
import { type GivenAccounts, pathOf, type Sending } from './given-accounts.ts';

const BYTES_MAX = 2 ** 20;

/** The JSON with one member a second time, with another value: once for each member of it and of its objects. */
function withNamesTwice(text: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown, write: (json: string) => string) => {
    if (!isObject(value)) return;
    const members = Object.entries(value);
    for (const [name, own] of members) {
      const other = typeof own === 'string' ? `${own}9` : 9;
      for (const twice of [
        JSON.stringify(name),
        `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`,
      ]) {
        const rest = JSON.stringify(value).slice(1, -1);
        found.push(
          write(`{${rest},${twice}:${JSON.stringify(other)}}`),
          write(`{${twice}:${JSON.stringify(other)},${rest}}`),
        );
      }
      visit(own, (json) => {
        const parts = members.map(
          ([key, one]) => `${JSON.stringify(key)}:${key === name ? json : JSON.stringify(one)}`,
        );
        return write(`{${parts.join(',')}}`);
      });
    }
  };
  visit(JSON.parse(text), (json) => json);
  return found;
}

export function hostileBodyAttacks(sender: Sending, accounts: () => GivenAccounts): void {
  const { webhook, provider } = sender;
  const urls = (given: GivenAccounts) =>
    ['', ...(provider.webhook!.endpoints ?? []).map((endpoint) => `/${endpoint}`)].flatMap((endpoint) => [
      `${given.urlOf(sender, 'a')}${endpoint}`,
      `${given.urlOf(sender, 'p')}/${pathOf(sender)}${endpoint}`,
    ]);

  test('a body with a name twice is no fact, wherever it stands and however it is written (B05)', async () => {
    const given = accounts();
    const before = given.facts();
    const bodies = withNamesTwice(webhook.body);
    expect(bodies.length).toBeGreaterThan(10);
    const endpoints = ['', ...(provider.webhook!.endpoints ?? [])].map((one) => (one === '' ? '' : `/${one}`));
    for (const [at, body] of bodies.entries()) {
      const below = endpoints[at % endpoints.length]!;
      // Where the proof is in the body, it is refused by that.
      expect(await given.send(sender, 'a', { body, below })).toBeOneOf([200, 202, 401]);
    }
    expect(given.facts()).toBe(before);
  });

  test('a body of any depth is no fact (B04)', async () => {
    const given = accounts();
    const before = given.facts();
    const deep = '['.repeat(100_000);
    const inner = webhook.body.replace(/:/, `:${'['.repeat(50_000)}${']'.repeat(50_000)},"x":`);
    for (const body of [deep, '{"a":'.repeat(100_000), inner]) {
      expect(await given.send(sender, 'a', { body })).toBeOneOf([200, 202, 401]);
    }
    expect(given.facts()).toBe(before);
  });

  test('a body that is too long or packed is refused on each address, unread (B01, B02)', async () => {
    const given = accounts();
    const before = given.facts();
    const port = Number(new URL(given.service.url).port);
    for (const url of urls(given)) {
      const head = (...lines: string[]) => `POST ${url} HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\n\r\n`;
      // No byte of the body is sent.
      expect(statusOf(await talk(port, head(`content-length: ${BYTES_MAX + 1}`)))).toBe(413);
      expect(statusOf(await talk(port, head('content-length: 9', 'content-encoding: gzip')))).toBe(415);
      const chunk = `${(2 ** 16).toString(16)}\r\n${'x'.repeat(2 ** 16)}\r\n`;
      const chunks = Array.from({ length: 17 }, () => chunk);
      expect(statusOf(await talk(port, head('transfer-encoding: chunked'), ...chunks))).toBe(413);
    }
    expect(given.facts()).toBe(before);
  });
}
