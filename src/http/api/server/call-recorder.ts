// Writes the calls of the API that may move or tell money into the audit trail: each is on the disk before anything is
// done, and its outcome before the client is answered. What signed-in people read is there before they have it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Redactor } from '../../../archive/privacy/redactor.ts';
import type { Caller } from '../../access/caller.ts';
import type { ApiContext } from '../api-context.ts';
import { type AskedCall, trailName } from '../call-trail.ts';
import type { Route } from '../route.ts';
import { codeOf } from './exchange-log.ts';
import { ReadRepeats } from './read-repeats.ts';

/** What is stored of one request: enough to see what was asked for, and bounded. */
const QUERY_CHARS_MAX = 1_000;
const BODY_CHARS_MAX = 4_000;

/** The parts of a path that say what was read. */
const PLACES = ['ref', 'id', 'entry', 'day', 'file', 'merchant', 'sha256'];

/** A call between its key and its outcome. */
interface RunningCall {
  call: AskedCall;
  /** Its number in the trail; null as long as nothing of it is stored. */
  id: number | null;
  /** A read is stored with its outcome, and only then. */
  readonly isRead: boolean;
}

export class CallRecorder {
  private readonly parts: Pick<ApiContext, 'clock' | 'logger' | 'tables'>;
  private readonly redactor: Redactor;
  private readonly repeats = new ReadRepeats();
  private readonly running = new WeakMap<FastifyRequest, RunningCall>();

  constructor(parts: Pick<ApiContext, 'clock' | 'logger' | 'tables' | 'pseudonym'>) {
    this.parts = parts;
    this.redactor = new Redactor(parts.pseudonym);
  }

  /** The request has a valid key: from now on it has a place in the trail, also if it is refused. */
  begin({ method, url, roles, scope }: Route, request: FastifyRequest, caller: Caller): void {
    const isRead = method === 'GET';
    // Programs read all the time, and what belongs to nobody is of no interest.
    const isNoted = isRead ? caller.signedIn !== null && scope !== 'all' : roles !== 'public';
    if (!isNoted) return;
    const { id: key, person, role } = caller;
    const query = request.url.includes('?') ? this.redactor.url(request.url).replace(/^[^?]*\?/, '') : '';
    const call: AskedCall = {
      ...{ request: request.id, at: this.parts.clock.now(), key, person, role, address: request.ip },
      ...{ route: `${method} ${url}`, names: this.namesIn(request.params, isRead ? PLACES : ['ref', 'id']) },
      ...{ query: query.slice(0, QUERY_CHARS_MAX), body: '' },
    };
    this.running.set(request, { call, id: null, isRead });
  }

  /** Resolves when the call is on the disk. `body` is valid JSON; empty for a file. Throws storage errors. */
  async asked(request: FastifyRequest, body: Buffer, json: unknown): Promise<void> {
    const running = this.running.get(request);
    if (running === undefined || running.isRead) return;
    const files = this.namesIn(request.query, ['name']).map((name) => this.redactor.name(name));
    const more = [...files, ...this.namesIn(json, ['transaction_reference'])];
    const names = [...new Set([...running.call.names, ...more])];
    const { text } = this.redactor.body(body, 'application/json');
    running.call = { ...running.call, names, body: text.slice(0, BODY_CHARS_MAX) };
    running.id = await this.parts.tables.trail.asked(running.call, null);
  }

  /** Once a call was made, its answer stays, also if its outcome cannot be stored. */
  async answered(
    request: FastifyRequest,
    reply: FastifyReply,
    names: readonly string[],
    payload: unknown,
  ): Promise<void> {
    const running = this.running.get(request);
    if (running === undefined) return;
    const { call, id, isRead } = running;
    const { statusCode: status } = reply;
    if (isRead && this.repeats.has(`${call.key} ${status} ${request.url}`, call.at)) return;
    const outcome = {
      ...{ at: this.parts.clock.now(), status, code: status < 400 ? null : codeOf(payload) },
      ...{ replayed: reply.hasHeader('idempotency-replayed'), names: this.stored(names) },
    };
    const { trail } = this.parts.tables;
    try {
      if (id === null) await trail.asked(call, outcome);
      else await trail.answered(id, call.names, outcome);
    } catch (error) {
      this.parts.logger.error({ err: error, request_id: request.id }, 'an outcome could not be written to the trail');
    }
  }

  private namesIn(part: unknown, members: readonly string[]): string[] {
    const values = (part ?? {}) as Readonly<Record<string, unknown>>;
    return this.stored(members.map((member) => values[member]).filter((value) => typeof value === 'string'));
  }

  private stored(names: readonly string[]): string[] {
    return [...new Set(names.map((name) => trailName(this.redactor, name)))];
  }
}
