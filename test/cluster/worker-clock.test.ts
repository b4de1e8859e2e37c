// A worker whose clock is ahead of what the schema registry says: it writes no entry later than that.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ByteReader } from '../../src/domain/bytes.ts';
import { WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import { readEntry } from '../../src/ledger/entry-codec.ts';
import { givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

vi.setConfig({ testTimeout: 120_000 });

const DAY_MILLIS = 86_400_000;

let ledger: GivenLedger;
let registry: Server;

/** The registry of the tests, on a machine whose clock is ten days behind: so a worker here is ten days ahead of it. */
async function startLateRegistry(): Promise<string> {
  registry = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = await text(request);
    const answer = await fetch(new URL(url!, ledger.settings.registry), {
      ...(method === undefined ? {} : { method }),
      headers: { 'content-type': headers['content-type'] ?? 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      date: new Date(Date.now() - 10 * DAY_MILLIS).toUTCString(),
    });
    response.end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}${new URL(ledger.settings.registry).pathname}`;
}

beforeEach(async () => {
  ledger = await GivenLedger.make();
});
afterEach(async () => {
  await ledger.remove();
  registry.close();
});

test('no entry is later than the time of the registry, and the log tells it (F29 partly)', async () => {
  const given = await givenFacts(100);
  const worker = ledger.worker(['--rules', given.rules], 'worker', { HESABU_REGISTRY_URL: await startLateRegistry() });
  await ledger.produce(given.facts);
  await ledger.drained();
  given.remove();
  const recon = await ledger.recon();
  const times = recon.map(({ message }) => readEntry(new ByteReader(message.value!, WIRE_PREFIX_BYTES)).as_of);
  expect(times.length).toBeGreaterThan(0);
  expect(Math.max(...times)).toBeLessThan(Date.now() - 9 * DAY_MILLIS);
  expect(worker.said()).toContain('"ahead_seconds":864');
});
