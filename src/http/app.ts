// The HTTP server: how requests are bounded, named, logged and refused. What they mean is decided by their routes.

import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { HesabuError } from '../domain/errors.ts';
import type { Clock } from '../log/clock.ts';
import { newExchangeId } from '../producers/exchanges/exchange-id.ts';
import { type NotReady, registerHealth } from './health.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** How long who connects may take, in milliseconds; the defaults are those of a service on the open internet. */
export interface Patience {
  readonly headers: number;
  readonly request: number;
  readonly idle: number;
  /** How often connections are looked at. */
  readonly check: number;
}

const PATIENCE: Patience = { headers: 10_000, request: 30_000, idle: 65_000, check: 2_000 };
const HEADER_BYTES_MAX = 16 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
/** Connections beyond it wait in the kernel's queue. */
const CONNECTIONS_MAX = 10_000;

export interface AppOptions {
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly notReady: NotReady;
  /** PEM; plain HTTP where absent. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whether a proxy in front tells who really asks. */
  readonly behindProxy?: boolean;
  readonly patience?: Partial<Patience>;
  /** Adds the routes. */
  register(app: FastifyInstance): void;
}

export function buildApp(options: AppOptions): FastifyInstance {
  const { clock, logger, tls } = options;
  const patience = { ...PATIENCE, ...options.patience };
  const server: ServerOptions = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.idle,
    connectionsCheckingInterval: patience.check,
    ...(tls === undefined ? {} : tls),
  };
  const app = fastify({
    loggerInstance: logger,
    // A logger of its own for each request is not free; the lines below name their request themselves.
    childLoggerFactory: (parent) => parent,
    // One line for each request is written below, with what may be shown.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newExchangeId(clock.now()),
    trustProxy: options.behindProxy ?? false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.idle,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: refuseRaw,
    ...(tls === undefined ? { http: server } : { https: server }),
  }) as unknown as FastifyInstance;
  app.server.maxConnections = CONNECTIONS_MAX;
  // With callbacks: a promise for each hook of each request was measured.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'debug';
    // The route's pattern, not the URL: references and ids of people's payments stay out of the log's common lines.
    const { url: route = 'none' } = request.routeOptions;
    logger[level]({ reqId: request.id, method: request.method, route, status, ms: Math.round(elapsedTime) });
    done();
  });
  app.setErrorHandler((error, request, reply) => {
    const where = `${request.method} ${request.routeOptions.url ?? request.url}`;
    const problem = problemOf(error, request.id, where, clock.now());
    if (problem.status >= 500)
      logger.error({ reqId: request.id, err: error, code: problem.body.code }, 'a request failed');
    return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(problem.body);
  });
  app.setNotFoundHandler((request) => {
    throw new HesabuError('HESABU_NOT_FOUND', { where: `${request.method} ${request.url.slice(0, 200)}` });
  });
  registerHealth(app, options.notReady);
  options.register(app);
  return app;
}

const RAW_STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no HTTP is answered, where somebody still listens, and its connection ended. */
function refuseRaw(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = RAW_STATUSES[error.code ?? ''] ?? '400 Bad Request';
  const problem = problemOf(
    { statusCode: Number(status.slice(0, 3)), message: status.slice(4) },
    '',
    'the connection',
    0,
  );
  const body = JSON.stringify(problem.body);
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: ${PROBLEM_TYPE}`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
