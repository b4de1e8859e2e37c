// The HTTP server: it limits, names, logs and refuses requests. Their routes decide what they mean.

import type { ServerOptions } from 'node:https';
import type { Server } from 'node:tls';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { newExchangeId } from '../archive/exchanges/exchange-id.ts';
import { HesabuError } from '../domain/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { type NotReady, registerHealth } from './health.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { hostFault, refuseExpectations, refuseRaw } from './refusals.ts';

/** How long a client may take, in milliseconds. The defaults suit a service on the open internet. */
export interface Patience {
  readonly headers: number;
  readonly request: number;
  readonly idle: number;
  /** How often connections are checked. */
  readonly check: number;
  /** How long open requests may take once the service ends. */
  readonly drain: number;
}

const PATIENCE: Patience = { headers: 10_000, request: 30_000, idle: 65_000, check: 2_000, drain: 5_000 };
const HEADER_BYTES_MAX = 16 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
/** Connections beyond it wait in the kernel's queue. */
const CONNECTIONS_MAX = 10_000;

export interface AppOptions {
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly notReady: NotReady;
  /** PEM; plain HTTP if absent. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whether a proxy in front names the real client. */
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
    requireHostHeader: false,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.idle,
    connectionsCheckingInterval: patience.check,
    ...(tls === undefined ? {} : tls),
  };
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply, where: string) => {
    const problem = problemOf(error, request.id, where, clock.now());
    if (problem.status >= 500)
      logger.error({ reqId: request.id, err: error, code: problem.body.code }, 'a request failed');
    return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(problem.body);
  };
  const app = fastify({
    loggerInstance: logger,
    // A child logger for each request costs time; the lines below name their request themselves.
    childLoggerFactory: (parent) => parent,
    // The hook below writes one line for each request, with what may be shown.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newExchangeId(clock.now()),
    trustProxy: options.behindProxy ?? false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.idle,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: refuseRaw,
    // A path that cannot be decoded, or has a part that is too long.
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, 'the path'),
    ...(tls === undefined ? { http: server } : { https: server }),
  }) as unknown as FastifyInstance;
  refuseExpectations(app.server);
  app.server.maxConnections = CONNECTIONS_MAX;
  app.addHook('preClose', (done) => {
    // Node stops checking slow connections once the server closes: half a request would keep it open for ever.
    const timer = setTimeout(() => app.server.closeAllConnections(), patience.drain);
    app.server.once('close', () => clearTimeout(timer));
    done();
  });
  // With callbacks: the cost of a promise for each hook of each request was measurable.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
    // The body of a request that no route takes is not read.
    done(request.is404 ? notFound(request) : hostFault(request.raw));
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'debug';
    // The route's pattern, not the URL: references and ids of payments stay out of the common log lines.
    const { url: route = 'none' } = request.routeOptions;
    logger[level]({ reqId: request.id, method: request.method, route, status, ms: Math.round(elapsedTime) });
    done();
  });
  app.setErrorHandler((error, request, reply) =>
    refuse(error, request, reply, `${request.method} ${request.routeOptions.url ?? request.url}`),
  );
  app.setNotFoundHandler((request) => {
    throw notFound(request);
  });
  registerHealth(app, options.notReady);
  options.register(app);
  return app;
}

/** Takes a renewed certificate, PEM: new connections get it, and open connections stay. */
export function serveWith(app: FastifyInstance, tls: { readonly cert: string; readonly key: string }): void {
  (app.server as unknown as Server).setSecureContext(tls);
}

function notFound({ method, url }: FastifyRequest): HesabuError {
  return new HesabuError('HESABU_NOT_FOUND', { where: `${method} ${url.slice(0, 200)}` });
}
