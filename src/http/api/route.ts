// What a route is. Registration, the OpenAPI document and the tests of access all read the same table of these.

import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ApiKey, Role } from '../access/api-key.ts';
import type { ApiContext } from './api-context.ts';

/** What an answer of one status may be, by its content type. */
export interface AnswerSpec {
  readonly description: string;
  readonly content: Readonly<Record<string, z.ZodType>>;
}

/** A request that was let in and checked. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly parts: ApiContext;
  readonly caller: ApiKey;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Under which the exchange is archived: the `raw` of its facts. */
  readonly exchange: string;
  /** What the exchange is found by; a handler adds to it. */
  readonly names: string[];
  /** The client's own key for the request, made unlike any other client's; '' where the route takes none. */
  readonly idempotencyKey: string;
  /** Of a route with `upload`: the body's bytes as they come. */
  readonly upload: Readable;
  /** The content type asked for, where a route answers in several. */
  readonly accepts: string;
  /** `Last-Event-ID`, where a client goes on with a stream. */
  readonly lastEventId: string | null;
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: object | string | Readable;
  /** The content type, where it is not JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface RouteBase {
  readonly method: 'GET' | 'POST';
  /** As Fastify writes it, with `:name` for parameters. */
  readonly url: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may ask; `public` for everybody, also without a key. Nobody else may. */
  readonly roles: readonly Role[] | 'public';
  /**
   * What keys for some merchants may see: `merchant`, theirs, which the handler sees to; `organisation`, nothing;
   * `all`, everything, for nothing in the answer is a merchant's.
   */
  readonly scope: 'merchant' | 'organisation' | 'all';
  /** Whether an Idempotency-Key must come with it. */
  readonly idempotent?: boolean;
  /** Whether the body is a file, of any type, that the handler reads as it comes. */
  readonly upload?: boolean;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
}

interface Shapes<
  Params extends z.ZodObject | undefined,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
> {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** A body that the schema takes. */
  readonly example?: Body extends z.ZodType ? z.input<Body> : never;
  handle(call: Call<Shape<Params>, Shape<Query>, Shape<Body>>): Promise<Answer>;
}

type Shape<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface Route extends RouteBase {
  readonly params?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  readonly example?: unknown;
  handle(call: Call): Promise<Answer>;
}

/** Puts a route in the table's form; its handler is typed by its schemas, which is checked here and forgotten after. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(spec: RouteBase & Shapes<Params, Query, Body>): Route {
  return spec as unknown as Route;
}

export function json(description: string, schema: z.ZodType): AnswerSpec {
  return { description, content: { 'application/json': schema } };
}
