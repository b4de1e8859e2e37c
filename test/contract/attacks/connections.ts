// Clients of the webhook routes that send half of a body and never hang up: each is told so and given back, on the
// routes of each provider, and none of it becomes a fact.

import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { type GivenAccounts, pathOf, type Sending } from './given-accounts.ts';

const WAIT = { timeout: 120_000, interval: 250 };

interface Client {
  text(): string;
  /** Whether the service has ended the connection, and given it back. */
  isOver(): boolean;
  destroy(): void;
}

/** A client that writes all at once, takes what comes, and does not answer the end of the other side. */
function stubborn(given: GivenAccounts, bytes: string): Client {
  const port = Number(new URL(given.service.url).port);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let [text, isOver] = ['', false];
  for (const event of ['end', 'error', 'close']) {
    socket.on(event, () => {
      isOver = true;
    });
  }
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  socket.write(bytes);
  return {
    text: () => text,
    isOver: () => isOver,
    destroy: () => socket.destroy(),
  };
}

const addressesOf = (given: GivenAccounts, senders: readonly Sending[]) =>
  senders.flatMap((sender) => [given.urlOf(sender, 'a'), `${given.urlOf(sender, 'p')}/${pathOf(sender)}`]);

export function connectionAttacks(senders: readonly Sending[], accounts: () => GivenAccounts): void {
  test('a body that never ends is told 408 on each route, and its connection is given back (S20)', {
    timeout: 180_000,
  }, async () => {
    const given = accounts();
    const before = given.facts();
    const clients = addressesOf(given, senders).map((url) =>
      stubborn(given, `POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half":`),
    );
    await expect.poll(() => clients.every((client) => client.isOver()), WAIT).toBe(true);
    for (const client of clients) {
      expect(client.text()).toMatch(/^HTTP\/1\.1 408 /);
      client.destroy();
    }
    expect(given.facts()).toBe(before);
  });
}
