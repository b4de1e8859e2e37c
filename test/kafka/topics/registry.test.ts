// A registry that gives no answer, half an answer, or that something else answers for: it is asked again, and nothing
// is said of its schemas.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  checkSubjects,
  readSchemaIds,
  registerSchemas,
  registryTime,
  SchemaIds,
} from '../../../src/kafka/topics/registry.ts';
import { TOPIC_PLANS } from '../../../src/kafka/topics/topic-plans.ts';

const ANSWER = JSON.stringify({ subject: 'any', version: 1, id: 5, schema: '"string"', compatibilityLevel: 'NONE' });
const IDS = new SchemaIds(new Map(TOPIC_PLANS.map(({ topic }) => [topic, 5])));

let asked: number;
/** What stands in the registry's place; returns false for what the registry answers itself. */
let instead: (response: ServerResponse) => boolean;
/** The compatibilities that were set, by path. */
const levels = new Map<string, string>();
const server = createServer(async (request, response) => {
  asked++;
  if (instead(response)) return;
  const path = request.url!;
  if (request.method === 'PUT') levels.set(path, JSON.parse(await text(request)).compatibility);
  response.setHeader('content-type', 'application/json');
  response.end(ANSWER.replace('NONE', levels.get(path) ?? 'NONE'));
});

beforeEach(async () => {
  asked = 0;
  levels.clear();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const settings = () => {
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { brokers: [], registry, prefix: '', tls: null, sasl: null };
};

test('a request without an answer is repeated', async () => {
  instead = () => asked === 1;
  expect((await readSchemaIds(settings())).get('orders.v1')).toBe(5);
});

/** Cuts the connection in the middle of the answer. */
function half(response: ServerResponse): true {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
  response.write(ANSWER.slice(0, 20), () => response.socket!.resetAndDestroy());
  return true;
}

test('half an answer is none, and the request is repeated (F18 partly)', async () => {
  instead = (response) => asked <= 3 && half(response);
  const [ids, , registered] = await Promise.all([
    readSchemaIds(settings()),
    checkSubjects(settings(), IDS),
    registerSchemas(settings()),
  ]);
  expect([ids.get('orders.v1'), registered.get('orders.v1')]).toEqual([5, 5]);
}, 60_000);

test('an answer that sends the request elsewhere is none, and nothing is asked there', async () => {
  const paths: string[] = [];
  instead = (response) => {
    paths.push(response.req.url!);
    return asked === 1 && Boolean(response.writeHead(307, { location: '/elsewhere' }).end('{"id":7}'));
  };
  expect(await registryTime(settings())).toEqual(expect.any(Number));
  expect(paths).toEqual(['/config', '/config']);
});

test('what a proxy says for a moment is not what the registry says', async () => {
  instead = (response) => asked === 1 && Boolean(response.writeHead(404).end('<h1>Not found</h1>'));
  expect((await readSchemaIds(settings())).get('orders.v1')).toBe(5);
});

test.each<[string, (response: ServerResponse) => boolean]>([
  ['halves only', half],
  ['a proxy that knows no such page', (response) => Boolean(response.writeHead(404).end('<h1>Not found</h1>'))],
  ['a proxy that says so in JSON', (response) => Boolean(response.writeHead(404).end('{"message":"not found"}'))],
  ['a proxy without a server behind it', (response) => Boolean(response.writeHead(503).end('{"error_code":50301}'))],
  ['a page to log in', (response) => Boolean(response.writeHead(200).end('<h1>Log in</h1>'))],
  ['another program', (response) => Boolean(response.writeHead(200).end('{"status":"UP"}'))],
])(
  '%s: the registry is away, and nothing is said of schemas (F18 partly)',
  async (_what, stranger) => {
    instead = stranger;
    const away = { code: 'HESABU_REGISTRY_UNREACHABLE' };
    const asking = [readSchemaIds(settings()), checkSubjects(settings(), IDS), registerSchemas(settings())];
    await Promise.all(asking.map((answer) => expect(answer).rejects.toMatchObject(away)));
  },
  60_000,
);
