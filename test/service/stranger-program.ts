// A stranger with many connections from an address of his own: `stranger-program.ts JSON`. He opens again what is cut,
// never answers the end of the other side, and prints a line once each connection was begun.
import { connect, type Socket } from 'node:net';

export interface Attack {
  readonly port: number;
  readonly address: string;
  /** Connections that say nothing. */
  readonly silent: number;
  /** Connections with half of a TLS handshake. */
  readonly handshakes: number;
  /** Connections that ask for the API's document and read nothing. */
  readonly readers: number;
  /** Connections with 1,500 requests at once. */
  readonly pipelines: number;
}

const ASKED = 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
const HALF_HANDSHAKE = Buffer.from('1603010200010001fc0303', 'hex');
const OPENED_AT_ONCE = 500;
const AGAIN_MILLIS = 10_000;
const PIPELINE_AGAIN_MILLIS = 1_000;

const attack = JSON.parse(process.argv[2]!) as Attack;
const opened = new Map<Socket, number>();

function open(bytes: string | Buffer, again: number): void {
  const socket = connect({ port: attack.port, host: '127.0.0.1', localAddress: attack.address, allowHalfOpen: true });
  const gone = () => {
    if (!opened.delete(socket)) return;
    socket.destroy();
    setTimeout(() => open(bytes, again), again);
  };
  opened.set(socket, performance.now());
  socket.on('connect', () => {
    opened.set(socket, performance.now());
    if (bytes.length > 0) socket.write(bytes);
  });
  // Only a client that reads sees the other side's end; it is not answered.
  if (bytes === '') socket.on('readable', () => socket.read());
  socket.on('end', () => {});
  socket.on('error', gone);
  socket.on('close', gone);
}

const all = [
  ...Array.from({ length: attack.silent }, () => ['', AGAIN_MILLIS] as const),
  ...Array.from({ length: attack.handshakes }, () => [HALF_HANDSHAKE, AGAIN_MILLIS] as const),
  ...Array.from({ length: attack.readers }, () => [ASKED, AGAIN_MILLIS] as const),
  ...Array.from({ length: attack.pipelines }, () => [ASKED.repeat(1_500), PIPELINE_AGAIN_MILLIS] as const),
];
const opening = setInterval(() => {
  for (const [bytes, again] of all.splice(0, OPENED_AT_ONCE)) open(bytes, again);
  if (all.length > 0) return;
  clearInterval(opening);
  process.stdout.write('opened\n');
}, 100);
