// For tests that kill the service while a gateway has a refund.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A gateway whose first refund is never answered; it has the keys under which it was asked. */
export async function deafGateway() {
  const keys: string[] = [];
  const asked = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume();
    if (request.url !== '/payments/refund') return void response.writeHead(404).end('{}');
    keys.push(String(request.headers['idempotency-key']));
    if (keys.length === 1) return asked.resolve();
    const body = { refund_id: 'R-1', created_at: new Date().toISOString() };
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { keys, asked: asked.promise, close, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}
