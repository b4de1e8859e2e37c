// The connections of the HTTP server. A stranger holds none for long: a connection that sends no whole request, does
// not read its answers or asks for too much at once is cut, and where connections are scarce, idle ones make room.

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { sourceOf } from './access/source-address.ts';
import { refuseConnection, refuseRaw } from './refusals.ts';

/** How long a client may take, in milliseconds. The defaults suit a service on the open internet. */
export interface Patience {
  /** From the connection, or the first byte of a request, to the end of its headers; also for a TLS handshake. */
  readonly headers: number;
  /** For the body of a request. A file that is uploaded may take longer, as long as it keeps coming. */
  readonly request: number;
  /** Until a client that reads too slowly is cut off. */
  readonly unread: number;
  /** Between two requests. */
  readonly idle: number;
  /** How often connections are checked. */
  readonly check: number;
  /** How long open requests may take once the service ends. */
  readonly drain: number;
}

/** How many connections there may be at once. */
export interface ConnectionLimits {
  readonly total: number;
  /** From one address; of IPv6, from one network of 64 bits. */
  readonly perAddress: number;
}

/** Requests of one connection that are not answered yet. Node parses all that a client sends at once. */
const PIPELINED_MAX = 32;
/** How long the answer to a request beyond a limit is held, at least and at most. */
const HOLD_MILLIS_MIN = 1_000;
const HOLD_MILLIS_MAX = 2_000;
/** A client that is slower than this for the whole patience counts as one that does not read or send at all. */
const LEAST_BYTES = 16 * 1024;

const NONE: ReadonlySet<never> = new Set();
const TIMED_OUT = Object.assign(new Error('a slow request'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

interface Connection {
  /** The TCP connection, also below TLS. */
  readonly raw: Socket;
  readonly source: string;
  readonly isTls: boolean;
  /** When it came, when its last request began, or when its last answer ended. */
  since: number;
  unanswered: number;
  /** Begins the answers to the requests after the first. */
  readonly waiting: (() => void)[];
  request: IncomingMessage | null;
  takesFile: boolean;
  isCut: boolean;
  isOverdue: boolean;
  /** The bytes that the client had read, or sent of a file, when it last made progress, and when that was. */
  moved: number;
  movedAt: number;
}

export class Connections {
  private readonly patience: Patience;
  private readonly limits: () => ConnectionLimits;
  private readonly all = new Set<Connection>();
  private readonly bySource = new Map<string, Set<Connection>>();
  private readonly bySocket = new WeakMap<Socket, Connection>();
  /** The time of the last check: exact enough, and costs requests nothing. */
  private now = performance.now();

  constructor(patience: Patience, limits: () => ConnectionLimits) {
    this.patience = patience;
    this.limits = limits;
  }

  /** Takes the connections of a server from now on. */
  watch(server: Server): void {
    // Above TLS, requests have another socket: it has the same port at the other end.
    const handshakes = new Map<string, Connection>();
    server.on('connection', (raw: Socket) => {
      const isTls = server instanceof TlsServer;
      const connection = this.accept(raw, isTls);
      if (connection === undefined || !isTls) return;
      const ends = endsOf(raw);
      handshakes.set(ends, connection);
      raw.once('close', () => handshakes.delete(ends));
    });
    server.on('secureConnection', (socket: Socket) => {
      const connection = handshakes.get(endsOf(socket));
      if (connection !== undefined) this.bySocket.set(socket, connection);
    });
    const timer = setInterval(() => this.check(), this.patience.check).unref();
    server.once('close', () => clearInterval(timer));
  }

  /**
   * Lets a request be answered once those before it on its connection are. So of what is sent at once, nothing more is
   * made than its client takes, and a connection that sends too much is cut before its requests cost anything.
   */
  admit(request: IncomingMessage, answer: () => void): void {
    const connection = this.bySocket.get(request.socket);
    if (connection === undefined) return answer();
    if (connection.unanswered >= PIPELINED_MAX) this.cut(connection, request.socket);
    if (connection.isCut) return;
    connection.unanswered++;
    connection.request = request;
    connection.takesFile = false;
    connection.since = this.now;
    if (connection.unanswered === 1) answer();
    else connection.waiting.push(answer);
  }

  /** The request comes from somebody who may send a large file. */
  takesFile({ socket }: IncomingMessage): void {
    const connection = this.bySocket.get(socket);
    if (connection !== undefined) connection.takesFile = true;
  }

  /** The answer to the request was handed over. */
  answered({ socket }: IncomingMessage): void {
    const connection = this.bySocket.get(socket);
    if (connection === undefined) return;
    connection.unanswered--;
    connection.since = this.now;
    if (connection.unanswered > 0 && !connection.isCut) connection.waiting.shift()?.();
  }

  /** Answers invalid HTTP, and requests that did not come in time, and ends their connection. */
  refuse(error: Error & { code?: string }, socket: Socket): void {
    const connection = this.bySocket.get(socket);
    if (connection !== undefined) this.forget(connection);
    refuseRaw(error, socket);
  }

  /**
   * Resolves a second or two later, and nothing more is read from the connection meanwhile: who sends too much would
   * otherwise send it again at once. Not after the same time for all: what came together would come together again.
   */
  async hold({ socket }: IncomingMessage): Promise<void> {
    const connection = this.bySocket.get(socket);
    if (connection === undefined || connection.isCut) return;
    socket.pause();
    const millis = HOLD_MILLIS_MIN + Math.random() * (HOLD_MILLIS_MAX - HOLD_MILLIS_MIN);
    await new Promise((resolve) => setTimeout(resolve, millis).unref());
    socket.resume();
  }

  private accept(raw: Socket, isTls: boolean): Connection | undefined {
    const { total, perAddress } = this.limits();
    const source = sourceOf(raw.remoteAddress ?? '');
    const theirs = this.bySource.get(source) ?? NONE;
    if (theirs.size >= perAddress && !this.makeRoom(theirs)) {
      refuseConnection(raw, '429 Too Many Requests');
      return undefined;
    }
    if (this.all.size >= total && !this.makeRoom(this.all)) {
      refuseConnection(raw, '503 Service Unavailable');
      return undefined;
    }
    const now = performance.now();
    const connection: Connection = {
      ...{ raw, source, isTls, since: now, unanswered: 0, waiting: [], request: null, takesFile: false },
      ...{ isCut: false, isOverdue: false, moved: 0, movedAt: now },
    };
    const mine = this.bySource.get(source) ?? new Set();
    this.bySource.set(source, mine.add(connection));
    this.all.add(connection);
    this.bySocket.set(raw, connection);
    raw.once('close', () => this.forget(connection));
    return connection;
  }

  /** Ends the oldest connection that waits for its client; false if all of them wait for us. */
  private makeRoom(connections: ReadonlySet<Connection>): boolean {
    for (const connection of connections) {
      const { unanswered, request, raw } = connection;
      if (unanswered > 0 && request?.complete !== false) continue;
      this.forget(connection);
      connection.isCut = true;
      raw.destroy();
      return true;
    }
    return false;
  }

  private forget(connection: Connection): void {
    const { source } = connection;
    this.all.delete(connection);
    const mine = this.bySource.get(source);
    mine?.delete(connection);
    if (mine?.size === 0) this.bySource.delete(source);
  }

  private check(): void {
    this.now = performance.now();
    for (const connection of this.all) this.judge(connection);
  }

  private judge(connection: Connection): void {
    const { raw, request, unanswered } = connection;
    const patience = this.patience;
    const { sent, unsent, received } = bytesOf(raw);
    const isReading = request !== null && !request.complete;
    const isUpload = connection.takesFile && isReading;
    const moved = isUpload ? sent + received : sent;
    if ((unsent === 0 && !isUpload) || moved - connection.moved >= LEAST_BYTES) {
      connection.moved = moved;
      connection.movedAt = this.now;
    }
    const waited = this.now - connection.since;
    const socket = request?.socket ?? raw;
    if (this.now - connection.movedAt > patience.unread) this.cut(connection, socket);
    else if (isReading && !isUpload && waited > patience.request) {
      // A client that was answered before it sent everything is told nothing more.
      if (unanswered > 0) this.refuse(TIMED_OUT, socket);
      else this.cut(connection, socket);
    } else if (unanswered === 0 && waited > patience.headers + (request === null ? 0 : patience.idle)) {
      // The server's own limits end most of these with a word, but bytes that begin no request start them anew.
      if (connection.isOverdue && connection.isTls && request === null) this.cut(connection, socket);
      else if (connection.isOverdue) this.refuse(TIMED_OUT, socket);
      connection.isOverdue = true;
    } else connection.isOverdue = false;
  }

  /** Ends a connection without a word; what else its client sent at once is not parsed. */
  private cut(connection: Connection, socket: Socket): void {
    this.forget(connection);
    connection.isCut = true;
    const { parser } = socket as { parser?: { onIncoming?: () => number } | null };
    // 2 ends the parsing, as for a connection that becomes another protocol's.
    if (parser) parser.onIncoming = () => 2;
    connection.waiting.length = 0;
    // A reset, so that the system does not go on holding what the client does not read.
    if (socket === connection.raw) socket.resetAndDestroy();
    else socket.destroy();
  }
}

function endsOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Node's own limit of inactivity reads the same counters; sockets show only what was handed to them. */
interface Counters {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
  readonly bytesRead: number;
}

/** Bytes that the client's side has taken, that wait for it, and that came from it. */
function bytesOf(raw: Socket): { readonly sent: number; readonly unsent: number; readonly received: number } {
  const { _handle: counters } = raw as unknown as { _handle?: Counters | null };
  if (!counters) return { sent: 0, unsent: 0, received: 0 };
  const { bytesWritten, writeQueueSize: unsent, bytesRead: received } = counters;
  return { sent: bytesWritten - unsent, unsent, received };
}
