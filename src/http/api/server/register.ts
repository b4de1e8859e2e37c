// Puts the table of routes into Fastify. Access is decided first, then the request is read strictly, then the route
// answers. Nothing of a request is read before its key is accepted.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../../domain/errors.ts';
import { hasAllMerchants, type Role } from '../../access/api-key.ts';
import { callerOf, tokenOf } from '../../access/caller.ts';
import type { ApiContext } from '../api-context.ts';
import { type Answer, accessOf, type Call, type Intent, type Route } from '../route.ts';
import { emptyUploads, uploadError } from '../routes/imports.ts';
import { CallRecorder } from './call-recorder.ts';
import { registerDocs } from './docs.ts';
import { archiveExchange, type RequestState } from './exchange-log.ts';
import { fingerprintOf, Idempotency, readIdempotencyKey } from './idempotency.ts';
import { queryOf, readJson, readPart } from './request.ts';
import { apiRoutes } from './routes.ts';

const BODY_BYTES_MAX = 64 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';
const NOTHING = Buffer.alloc(0);
const NO_INTENT: Intent = { merchant: '', key: '', fingerprint: '' };

/**
 * Registers every route of the table, and the reference page. Faults are thrown as HesabuError, which the app answers.
 * The app makes the id of a request, by newExchangeId.
 */
export function registerApi(app: FastifyInstance, parts: ApiContext, routes = apiRoutes(parts)): void {
  emptyUploads(parts);
  const server = new ApiServer(parts);
  const add = (scope: FastifyInstance, isUpload: boolean) => {
    scope.removeAllContentTypeParsers();
    scope.addHook('onSend', (request, reply, payload) => server.archive(request, reply, payload));
    scope.addHook('onResponse', (request, reply) => server.count(request, reply));
    for (const route of routes) if ((route.upload === true) === isUpload) server.register(scope, route);
  };
  app.register(async (scope) => {
    add(scope, false);
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  });
  app.register(async (scope) => {
    add(scope, true);
    // The handler reads the file as a stream.
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  });
  app.register((scope) => registerDocs(scope, parts, routes));
}

class ApiServer {
  private readonly parts: ApiContext;
  private readonly idempotency: Idempotency;
  private readonly recorder: CallRecorder;
  private readonly states = new WeakMap<FastifyRequest, RequestState>();

  constructor(parts: ApiContext) {
    this.parts = parts;
    this.idempotency = new Idempotency(parts.tables.answers);
    this.recorder = new CallRecorder(parts);
  }

  register(scope: FastifyInstance, route: Route): void {
    scope.route({
      method: route.method,
      url: route.url,
      exposeHeadRoute: false,
      bodyLimit: route.bytesMax ?? (route.upload === true ? this.parts.uploadBytesMax : BODY_BYTES_MAX),
      onRequest: async (request, reply) => this.letIn(route, request, reply),
      handler: (request, reply) => this.answer(route, request, reply),
    });
  }

  /** Throws as `callerOf` does, and HESABU_FORBIDDEN: a role that the route does not name is refused. */
  private letIn(route: Route, request: FastifyRequest, reply: FastifyReply): void {
    const at = this.parts.clock.now();
    const access = accessOf(route);
    const caller = callerOf(this.parts, request, reply, access);
    this.recorder.begin(route, request, caller);
    if (typeof access !== 'string') {
      const roles: readonly Role[] = caller.signedIn === null ? (route.roles as readonly Role[]) : access;
      if (!roles.includes(caller.role))
        throw forbidden(`one of the roles ${roles.join(', ')}`, `the role ${caller.role}`);
      if (route.scope === 'organisation' && !hasAllMerchants(caller)) {
        throw forbidden('a key or role for all merchants', 'for some');
      }
    }
    const names: string[] = [];
    this.states.set(request, { at, started: performance.now(), caller, names, facts: [], route });
  }

  private async answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await this.answerCall(route, request, reply);
    } catch (error) {
      if (route.upload !== true) throw error;
      // The rest of a refused file is not awaited.
      reply.header('connection', 'close');
      throw uploadError(error);
    }
  }

  private async answerCall(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const state = this.states.get(request)!;
    this.demandStorage(route);
    const bytes = (route.upload === true ? undefined : (request.body as Buffer | undefined)) ?? NOTHING;
    const written = readJson(bytes);
    await this.recorder.asked(request, bytes, written);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const header = (name: string) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const key = route.merchantOf === undefined ? '' : readIdempotencyKey(header('idempotency-key'));
    const call: Call = {
      parts: this.parts,
      ...{ caller: state.caller, address: request.ip, route: `${route.method} ${route.url}` },
      ...{ token: tokenOf(this.parts, request), cookies: header('cookie') ?? '' },
      params: readPart(route.params, request.params, 'path'),
      query: readPart(route.query, queryOf(route.query, request.query), 'query'),
      body: readPart(route.body, written, ''),
      exchange: request.id,
      names: state.names,
      facts: state.facts,
      intent: NO_INTENT,
      upload: request.raw,
      accepts: header('accept') ?? '',
      lastEventId: header('last-event-id') ?? null,
      ifMatch: header('if-match') ?? null,
      caughtUp: once(() => this.parts.ledger.loop.catchUp()),
      gone: gone.signal,
    };
    if (route.merchantOf !== undefined) {
      const merchant = await route.merchantOf(call);
      const fingerprint = fingerprintOf(route.method, route.url, call.params, call.body);
      return this.answerOnce(route, { ...call, intent: { merchant, key, fingerprint } }, request, reply);
    }
    return send(reply, await route.handle(call));
  }

  /** What is asked for now might be done and not be stored, such as a refund at a gateway. */
  private demandStorage({ method }: Route): void {
    const fault = method === 'POST' ? this.parts.storageFault() : null;
    if (fault !== null) throw fault;
  }

  private async answerOnce(
    route: Route,
    call: Call,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { caller, intent } = call;
    const former = {
      place: `${caller.id}:${intent.key}`,
      fingerprint: fingerprintOf(request.method, request.url, call.body ?? null),
    };
    const { status, body, replayed } = await this.idempotency.once(intent, former, async () => {
      const answer = await route.handle(call);
      return { status: answer.status, body: JSON.stringify(answer.body) };
    });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return reply.code(status).header('content-type', JSON_TYPE).send(body);
  }

  /** A request that makes facts is archived, and the trail has its outcome, before it is answered. */
  async archive(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const state = this.states.get(request);
    const isArchived = state !== undefined && state.route.method === 'POST' && !isSecret(state.route);
    await Promise.all([
      isArchived ? archiveExchange(this.parts, state, request, reply, payload) : undefined,
      this.recorder.answered(request, reply, state?.names ?? [], payload),
    ]);
    return payload;
  }

  async count(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const route = request.routeOptions.url ?? '';
    this.parts.meter.add('hesabu_requests_total', { route, status: String(reply.statusCode) });
  }
}

/** The promise of the first call. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}

function send(reply: FastifyReply, { status, body, type, headers }: Answer): FastifyReply {
  reply.code(status).headers(headers ?? {});
  if (type !== undefined) return reply.header('content-type', type).send(body);
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify(body));
}

/** What gives somebody access is kept nowhere. */
function isSecret({ isSecret: secret, roles }: Route): boolean {
  return secret === true || roles === 'public' || roles === 'anywhere';
}

function forbidden(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_FORBIDDEN', { expected, found });
}
