// The OpenAPI 3.1 document of the table of routes. Its schemas are made from those that validate the requests.

import { z } from 'zod';
import { type AnswerSpec, accessOf, type Link, type Route } from '../route.ts';
import { COMPONENTS, Problem } from '../schemas/basic.ts';
import { IDEMPOTENCY_KEY_FORM } from './idempotency.ts';

type Json = { readonly [name: string]: unknown };

const DESCRIPTION =
  'Places orders, starts payments and refunds, and shows the ledger. An amount is a decimal as a string, in the ' +
  'form of its currency. A time is ISO 8601 in UTC. A request with an unknown field is refused. Every fault is a ' +
  'problem (RFC 9457) with a HESABU_ code.';

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    "The client's own key for this request. A repeated request within 48 hours has the same key. It belongs to the " +
    'merchant: any of its API keys may send the request again.',
  example: '5f0b9a4e-refund-1',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: IDEMPOTENCY_KEY_FORM.source },
};

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of the case as it was read. Where it has another one by now, nothing is done: 409.',
  example: '"5f0b9a4e5f0b9a4e5f0b9a4e5f0b9a4e"',
  schema: { type: 'string' },
};

const SESSION =
  'POST /v1/session. On loopback without TLS the cookie is named hesabu. A request that changes something has Origin ' +
  'and X-Hesabu-Request: 1.';

const REQUEST_ID = 'X-Request-Id';
const RETRY_AFTER = 'Retry-After';
const ALLOW = 'Allow';
const HEADERS: Json = {
  [REQUEST_ID]: {
    description: 'Names the request in the log, in the archive and in a problem.',
    schema: { type: 'string' },
  },
  [RETRY_AFTER]: {
    description: 'With 429 and 503: in how many seconds the same request may succeed.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  [ALLOW]: { description: 'With 405: the methods of the address.', schema: { type: 'string' } },
};

/** Schemas never change once they are written: a service makes the document for its address and for its page. */
const written = new WeakMap<z.ZodType, Json>();
let components: Json | undefined;

export function openApiDocument(routes: readonly Route[]): Json {
  components ??= componentsOf();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hesabu', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'hesabu keys create' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-hesabu', description: SESSION },
      },
      headers: HEADERS,
      schemas: components,
    },
  };
}

function operationOf(route: Route): Json {
  const { summary, description, params, query, merchantOf, hasVersions } = route;
  const parameters = [
    ...parametersOf(params, 'path'),
    ...parametersOf(query, 'query'),
    ...(merchantOf === undefined ? [] : [IDEMPOTENCY_KEY]),
    ...(hasVersions === true ? [IF_MATCH] : []),
  ];
  const access = accessText(route);
  return {
    operationId: operationId(`${route.method} ${route.url}`),
    summary,
    description: description === undefined ? access : `${description} ${access}`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(route),
    ...securityOf(route),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, spec]) => [status, answerOf(spec)])),
      default: {
        ...answerOf({ description: 'A fault', content: { 'application/problem+json': Problem } }),
        headers: headers(REQUEST_ID, RETRY_AFTER, ALLOW),
      },
    },
  };
}

/** Who has access. */
function accessText(route: Route): string {
  const access = accessOf(route);
  if (access === 'public') return 'Open to all pages of the service.';
  if (access === 'anywhere') return 'Open to every browser.';
  if (access === 'local') return 'Any role; on loopback no key is needed.';
  const keys = `Roles of keys: ${[route.roles].flat().join(', ') || 'none'}.`;
  return `${keys} Roles of people: ${access.join(', ') || 'none'}.`;
}

function securityOf(route: Route): Json {
  const access = accessOf(route);
  if (access === 'public' || access === 'anywhere') return { security: [{}] };
  if (access === 'local') return { security: [{}, { key: [] }, { session: [] }] };
  const both = [...(route.roles.length > 0 ? [{ key: [] }] : []), ...(access.length > 0 ? [{ session: [] }] : [])];
  return both.length === 2 ? {} : { security: both };
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, member]) => {
    const type = member as z.ZodType;
    const required = place === 'path' || !type.safeParse(undefined).success;
    const schema = numbered(schemaOf(type));
    const [example] = (schema.examples as unknown[] | undefined) ?? [];
    return { name, in: place, required, ...(example === undefined ? {} : { example }), schema };
  });
}

/** The library writes the default of a number in a query as the text that it is there. */
function numbered(schema: Json): Json {
  return schema.type === 'integer' ? { ...schema, default: Number(schema.default) } : schema;
}

/** Made of the method and of the words of the URL: `GET /v1/imports/:id/rejects` is `getV1ImportsIdRejects`. */
function operationId(route: string): string {
  const words = route.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word, at) => (at === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
}

function headers(...names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function linkOf({ to, by }: Link): Json {
  return { operationId: operationId(to), parameters: by };
}

function bodyOf({ body, example, upload }: Route): Json {
  if (upload === true) {
    return { requestBody: { required: true, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } } };
  }
  if (body === undefined) return {};
  const required = !body.safeParse({}).success;
  return { requestBody: { required, content: { 'application/json': { schema: schemaOf(body), example } } } };
}

function answerOf({ description, content, links = {} }: AnswerSpec): Json {
  const types = Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema) }]);
  const named = Object.entries(links).map(([name, link]) => [name, linkOf(link)]);
  return {
    description,
    headers: headers(REQUEST_ID),
    content: Object.fromEntries(types),
    ...(named.length === 0 ? {} : { links: Object.fromEntries(named) }),
  };
}

function componentsOf(): Json {
  const { schemas } = z.toJSONSchema(COMPONENTS, { io: 'input', uri: refOf });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, inDocument(schema)]));
}

/** A named schema becomes a reference; any other schema is written where it is used. */
function schemaOf(schema: z.ZodType): Json {
  const known = written.get(schema);
  if (known !== undefined) return known;
  const id = COMPONENTS.get(schema)?.id;
  const made = id === undefined ? inDocument(z.toJSONSchema(schema, { io: 'input' })) : { $ref: refOf(id) };
  written.set(schema, made);
  return made;
}

function refOf(id: string): string {
  return `#/components/schemas/${id}`;
}

/** The document is one resource, so its parts carry no `$schema` and no `$id`. */
function inDocument({ $schema: _, $id: __, ...schema }: Json): Json {
  return schema;
}
