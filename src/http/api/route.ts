// The form of a route. Registration, the OpenAPI document and the tests of access read one table of routes.

import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Fact } from '../../domain/fact.ts';
import type { Role } from '../access/api-key.ts';
import type { Access, Caller } from '../access/caller.ts';
import { PERSON_ROLES, type PersonRole } from '../access/person.ts';
import type { ApiContext } from './api-context.ts';

/** A route that takes what an answer names: where its parameters stand in the answer, as OpenAPI writes it. */
export interface Link {
  /** The method and the URL of the route. */
  readonly to: string;
  readonly by: Readonly<Record<string, string>>;
}

type Links = Readonly<Record<string, Link>>;

/** The possible answers of one status, by content type. */
export interface AnswerSpec {
  readonly description: string;
  readonly links?: Links;
  readonly content: Readonly<Record<string, z.ZodType>>;
}

/** What a client asks for once, however often it sends the request. */
export interface Intent {
  /** The merchant whose order or money it is about. The client's key belongs to it, whichever API key carries it. */
  readonly merchant: string;
  /** The client's Idempotency-Key. */
  readonly key: string;
  /** Two requests of one fingerprint ask for the same. */
  readonly fingerprint: string;
}

/** A request that was accepted and validated. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly parts: ApiContext;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The method and the URL's pattern. */
  readonly route: string;
  /** The client's address. */
  readonly address: string;
  /** The token of the browser's session; null if it has none. */
  readonly token: string | null;
  /** All cookies of the browser, as its header has them. */
  readonly cookies: string;
  /** The id of the archived exchange: the `raw` of its facts. */
  readonly exchange: string;
  /** The names by which the exchange is found; a handler adds to them. */
  readonly names: string[];
  /** The facts that it wrote, which its exchange is archived with; a handler adds to them. */
  readonly facts: Fact[];
  /** Its parts are empty if the route needs no Idempotency-Key. */
  readonly intent: Intent;
  /** For a route with `upload`: the body as a stream of bytes. */
  readonly upload: Readable;
  /** The accepted content type, if a route answers in several. */
  readonly accepts: string;
  /** `Last-Event-ID`, if a client resumes a stream. */
  readonly lastEventId: string | null;
  /** `If-Match`: the versions of which one is what the client read; null where it names none. */
  readonly ifMatch: string | null;
  /** Resolves when the ledger has read all that was written before the request. */
  readonly caughtUp: () => Promise<void>;
  /** Aborts when the client no longer waits for the answer. */
  readonly gone: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: object | string | Readable;
  /** The content type, if it is not JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As Fastify writes it, with `:name` for parameters. */
  readonly url: string;
  readonly summary: string;
  readonly description?: string;
  /**
   * The roles of the keys that have access; `local` for everybody on loopback, and elsewhere for every key and person;
   * `public` for everybody on a page of ours; `anywhere` also for browsers that another site leads here.
   */
  readonly roles: readonly Role[] | 'local' | 'public' | 'anywhere';
  /** The roles of the people who have access, where they are not those of `roles` without shop and admin. */
  readonly people?: readonly PersonRole[];
  /** Whether the exchange is not archived: its answer gives somebody access, or shows a file that nobody stores. */
  readonly isSecret?: boolean;
  /**
   * What a key for some merchants may see: `merchant`, its own merchants, which the handler enforces; `organisation`,
   * nothing; `all`, everything, because nothing in the answer belongs to a merchant.
   */
  readonly scope: 'merchant' | 'organisation' | 'all';
  /** Whether the body is a file of any type, which the handler reads as a stream. */
  readonly upload?: boolean;
  /** The most bytes of the body, where these are not those that every other has. */
  readonly bytesMax?: number;
  /** Whether a request may name the version of its case by If-Match. */
  readonly hasVersions?: boolean;
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
  /** An example body that the schema accepts. */
  readonly example?: Body extends z.ZodType ? z.input<Body> : never;
  /**
   * The merchant whose order or money the request is about; throws if the caller may not touch it. A route that has
   * this is done once: it requires an Idempotency-Key.
   */
  merchantOf?(call: Call<Shape<Params>, Shape<Query>, Shape<Body>>): Promise<string>;
  handle(call: Call<Shape<Params>, Shape<Query>, Shape<Body>>): Promise<Answer>;
}

type Shape<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface Route extends RouteBase {
  readonly params?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  readonly example?: unknown;
  merchantOf?(call: Call): Promise<string>;
  handle(call: Call): Promise<Answer>;
}

/** Puts a route into the table's form. The types of its handler follow from its schemas and are checked here only. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(spec: RouteBase & Shapes<Params, Query, Body>): Route {
  return spec as unknown as Route;
}

/** To whom a route is open. An admin manages people and what belongs to none, and works no cases. */
export function accessOf({ roles, people }: Pick<RouteBase, 'roles' | 'people'>): Access {
  if (typeof roles === 'string') return roles;
  return people ?? PERSON_ROLES.filter((role) => role !== 'admin' && roles.includes(role));
}

export function json(description: string, schema: z.ZodType, links: Links = {}): AnswerSpec {
  return { description, links, content: { 'application/json': schema } };
}
