// A registry that accepts a request and never answers does not block: the request is repeated.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSchemaIds } from '../../../src/kafka/topics/registry.ts';

const ANSWER = JSON.stringify({ subject: 'any', version: 1, id: 5, schema: '"string"' });
let asked: number;
const server = createServer((_request, response) => {
  asked++;
  if (asked === 1) return;
  response.setHeader('content-type', 'application/json');
  response.end(ANSWER);
});

beforeEach(async () => {
  asked = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('a request without an answer', async () => {
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const settings = { brokers: [], registry, prefix: '', tls: null, sasl: null };
  const ids = await readSchemaIds(settings);
  expect(ids.get('orders.v1')).toBe(5);
});
