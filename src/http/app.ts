// The HTTP server: it limits, names, logs and refuses requests. Their routes decide what they mean.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { TlsOptions, Server as TlsServer } from 'node:tls';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type preParsingHookHandler,
} from 'fastify';
import { newExchangeId } from '../archive/exchanges/exchange-id.ts';
import { HesabuError } from '../domain/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { callerIdOf } from './access/caller.ts';
import { RateLimited, type RateLimits } from './access/rate-limits.ts';
import { RefusalLog } from './access/refusal-log.ts';
import { strangerFault } from './access/strangers.ts';
import { type ConnectionLimits, Connections, type Patience } from './connections.ts';
import { type NotReady, type ReadyNotes, registerHealth } from './health.ts';
import { Methods } from './methods.ts';
import { PROBLEM_TYPE, problemOf, SAFE_HEADERS, TLS_HEADERS } from './problem.ts';
import { hostFault, refuseExpectations } from './refusals.ts';

const PATIENCE: Patience = {
  ...{ headers: 10_000, request: 10_000, unread: 10_000, idle: 10_000 },
  ...{ check: 1_000, drain: 5_000 },
};
/** A proxy keeps its connections, and ends them before we do: many wait for a minute. */
const PROXY_IDLE_MILLIS = 65_000;
const CONNECTION_LIMITS: ConnectionLimits = { total: 10_000, perAddress: 500 };
const HEADER_BYTES_MAX = 16 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
/** Of one part of a path: the id of a proposal about a long reference, or such a reference with percent signs. */
const PARAM_CHARS_MAX = 2_500;

/**
 * TLS 1.3, and of TLS 1.2 the suites with authenticated encryption and a key of each connection's own: those that RFC
 * 9325 recommends (4.2), and ChaCha20-Poly1305 (RFC 7905).
 */
const TLS_OPTIONS: TlsOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ].join(':'),
};

export interface AppOptions {
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly notReady: NotReady;
  readonly readyNotes?: ReadyNotes;
  /** PEM; plain HTTP if absent. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whether a proxy in front names the real client. */
  readonly behindProxy?: boolean;
  readonly patience?: Partial<Patience>;
  readonly limits: RateLimits;
  /** Read for each new connection. */
  readonly connections?: () => ConnectionLimits;
  /** Hears of each request that failed by a fault of the service. */
  readonly onFault?: (error: unknown) => void;
  /** Adds the routes. */
  register(app: FastifyInstance): void;
}

export function buildApp(options: AppOptions): FastifyInstance {
  const { clock, logger, limits, tls, behindProxy = false } = options;
  const patience = { ...PATIENCE, ...(behindProxy ? { idle: PROXY_IDLE_MILLIS } : {}), ...options.patience };
  const connections = new Connections(patience, options.connections ?? (() => CONNECTION_LIMITS));
  // Under TLS, also where the proxy in front has it, browsers never ask without it again.
  const fixedHeaders = tls === undefined && !behindProxy ? SAFE_HEADERS : { ...SAFE_HEADERS, ...TLS_HEADERS };
  const refusals = new RefusalLog(clock, (line, message) => logger.warn(line, message));
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply, where: string) => {
    const problem = problemOf(error, request.id, where, clock.now());
    if (problem.status >= 500) tellFault(options, { reqId: request.id, err: error, code: problem.body.code });
    const headers = { ...fixedHeaders, 'x-request-id': request.id, ...problem.headers };
    return reply.code(problem.status).headers(headers).type(PROBLEM_TYPE).send(problem.body);
  };
  const app = fastify({
    loggerInstance: logger,
    // A child logger for each request costs time; the lines below name their request themselves.
    childLoggerFactory: (parent) => parent,
    // The hook below writes one line for each request, with what may be shown.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newExchangeId(clock.now()),
    // The last address of X-Forwarded-For, which the proxy itself has seen. Those before it are what a client claims.
    trustProxy: behindProxy ? (_address: string, hop: number) => hop === 0 : false,
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    clientErrorHandler: (error, socket) => connections.refuse(error, socket),
    // A path that cannot be decoded, or has a part that is too long.
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, 'the path'),
    serverFactory: (handler) => makeServer(handler, connections, patience, tls),
  }) as unknown as FastifyInstance;
  refuseExpectations(app.server);
  const methods = new Methods(app);
  const unknown = (request: FastifyRequest) => methods.faultOf(request.method, request.url) ?? notFound(request);
  app.addHook('preClose', (done) => {
    // Node stops checking slow connections once the server closes: half a request would keep it open for ever.
    const timer = setTimeout(() => app.server.closeAllConnections(), patience.drain);
    app.server.once('close', () => clearTimeout(timer));
    done();
  });
  // With callbacks: the cost of a promise for each hook of each request was measurable.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.headers(fixedHeaders);
    // The body of a request that no route takes is not read.
    done(request.is404 ? strangerFault(limits, request, unknown(request)) : hostFault(request.raw));
  });
  giveFilesTime(app, connections);
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'debug';
    // The route's pattern, not the URL: references and ids of payments stay out of the common log lines.
    const { url: route = 'none' } = request.routeOptions;
    const key = callerIdOf(request);
    const known = key === undefined ? {} : { key };
    const line = { reqId: request.id, method: request.method, route, status, ms: Math.round(elapsedTime), ...known };
    if (!refusals.takes(request, reply, line)) logger[level](line);
    done();
  });
  app.setErrorHandler(async (error, request, reply) => {
    if (error instanceof RateLimited) await connections.hold(request.raw);
    return refuse(error, request, reply, `${request.method} ${request.routeOptions.url ?? request.url}`);
  });
  app.setNotFoundHandler((request) => {
    throw unknown(request);
  });
  registerHealth(app, limits, options.notReady, options.readyNotes);
  options.register(app);
  return app;
}

function tellFault({ logger, onFault }: AppOptions, line: { reqId: string; err: unknown; code: string }): void {
  logger.error(line, 'a request failed');
  onFault?.(line.err);
}

/** For routes that take large files, from when the request's key is accepted. */
function giveFilesTime(app: FastifyInstance, connections: Connections): void {
  const takesFile: preParsingHookHandler = (request, _reply, payload, done) => {
    connections.takesFile(request.raw);
    done(null, payload);
  };
  app.addHook('onRoute', (route) => {
    if ((route.bodyLimit ?? 0) > BODY_BYTES_MAX) route.preParsing = [takesFile, ...[route.preParsing ?? []].flat()];
  });
}

type Answers = (request: IncomingMessage, response: ServerResponse) => void;

function makeServer(answer: Answers, connections: Connections, patience: Patience, tls: AppOptions['tls']): Server {
  const admitted: Answers = (request, response) => {
    // Fastify's own hooks do not run for each answer: not for a path that cannot be decoded, for one.
    response.once('close', () => connections.answered(request));
    connections.admit(request, () => answer(request, response));
  };
  const options: ServerOptions = {
    maxHeaderSize: HEADER_BYTES_MAX,
    requireHostHeader: false,
    headersTimeout: patience.headers,
    handshakeTimeout: patience.headers,
    // Bodies are timed with the connections: a file may take longer.
    requestTimeout: 0,
    keepAliveTimeout: patience.idle,
    connectionsCheckingInterval: patience.check,
  };
  const server =
    tls === undefined
      ? createServer(options, admitted)
      : createTlsServer({ ...options, ...TLS_OPTIONS, ...tls }, admitted);
  connections.watch(server);
  return server as Server;
}

/** Takes a renewed certificate, PEM: new connections get it, and open connections stay. */
export function serveWith(app: FastifyInstance, tls: { readonly cert: string; readonly key: string }): void {
  (app.server as unknown as TlsServer).setSecureContext({ ...TLS_OPTIONS, ...tls });
}

function notFound({ method, url }: FastifyRequest): HesabuError {
  return new HesabuError('HESABU_NOT_FOUND', { where: `${method} ${url.slice(0, 200)}` });
}
