// The OpenAPI document: it agrees with the table, it is valid, and its page needs no other server.
import { describe, expect, test } from 'vitest';
import { givenApi } from './given-api.ts';

describe('GET /openapi.json', () => {
  test('has exactly the routes of the table, and every reference in it resolves', () =>
    givenApi(async ({ ask, routes }) => {
      const { json } = await ask({ url: '/openapi.json' });
      const described = Object.entries<Record<string, object>>(json.paths).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const table = routes.map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
      expect(described.sort()).toEqual(table.sort());
      expect(new Set(table).size).toBe(table.length);
      const refs = [...JSON.stringify(json).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
      expect(refs.length).toBeGreaterThan(routes.length);
      for (const ref of new Set(refs)) {
        const [root, ...path] = ref.split('/');
        expect(root).toBe('#');
        expect(
          path.reduce<unknown>((inner, part) => (inner as Record<string, unknown>)[part], json),
          ref,
        ).toBeDefined();
      }
      expect(JSON.stringify(json)).not.toMatch(/\$schema|"number"[^}]*amount/);
    }));

  test('every example is a valid request; every body with an additional field is refused (S12)', () =>
    givenApi(async ({ routes }) => {
      for (const { body, example, url } of routes) {
        if (body === undefined) continue;
        expect(body.safeParse(example).error?.issues ?? [], url).toEqual([]);
        expect(body.safeParse({ ...(example as object), more: 1 }).success, url).toBe(false);
      }
    }));

  test('marks required fields', () =>
    givenApi(async ({ ask }) => {
      const { json } = await ask({ url: '/openapi.json' });
      expect(json.openapi).toBe('3.1.0');
      expect(json.components.schemas.OrderRequest.required.sort()).toEqual(
        ['amount', 'currency', 'merchant', 'transaction_reference'].sort(),
      );
      expect(json.components.schemas.OrderRequest.additionalProperties).toBe(false);
      expect(json.components.schemas.OrderRequest.properties.amount.type).toBe('string');
      const operators = json.paths['/v1/operators'].get.parameters;
      expect(operators.map(({ name, required }: Record<string, unknown>) => [name, required])).toEqual([
        ['country', true],
        ['merchant', false],
      ]);
      const orders = json.paths['/v1/orders'].post;
      expect(orders.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: true }]);
      expect(json.paths['/openapi.json'].get.security).toEqual([{}, { key: [] }, { session: [] }]);
    }));
});

describe('what a client reads from the document', () => {
  test('each parameter that must be there has an example, and numbers have their bounds', () =>
    givenApi(async ({ ask, routes }) => {
      const { json } = await ask({ url: '/openapi.json' });
      for (const { method, url, params, query } of routes) {
        const { parameters = [] } = json.paths[url.replaceAll(/:(\w+)/g, '{$1}')][method.toLowerCase()];
        for (const { name, in: place, required, example, schema } of parameters) {
          const where = `${method} ${url} ${name}`;
          if (required) expect(example ?? schema.enum?.[0], where).toBeDefined();
          const type = { path: params, query, header: undefined }[place as 'path' | 'query' | 'header']?.shape[name];
          if (example !== undefined && type !== undefined) expect(type.safeParse(example).success, where).toBe(true);
          if (schema.type !== 'integer') continue;
          const { minimum, maximum, default: otherwise } = schema;
          const taken = [minimum, maximum, otherwise].map((one) => type?.safeParse(`${one}`).success);
          expect([where, ...taken]).toEqual([where, true, true, true]);
          expect([where, type?.safeParse(`${maximum + 1}`).success]).toEqual([where, false]);
        }
      }
      const [, limit] = json.paths['/v1/entries'].get.parameters;
      expect(limit.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 1_000, default: 100 });
    }));

  test('each link leads to an operation, and fills only parameters that it has', () =>
    givenApi(async ({ ask }) => {
      const { json } = await ask({ url: '/openapi.json' });
      // biome-ignore lint/suspicious/noExplicitAny: the document has every shape.
      const operations = Object.values<any>(json.paths).flatMap((path) => Object.values<any>(path));
      const byId = new Map(operations.map((operation) => [operation.operationId, operation]));
      expect(byId.size).toBe(operations.length);
      const links = operations.flatMap(({ responses }) => {
        // biome-ignore lint/suspicious/noExplicitAny: as above.
        return Object.values<any>(responses).flatMap((answer) => Object.values<any>(answer.links ?? {}));
      });
      expect(links.length).toBeGreaterThan(10);
      for (const { operationId, parameters } of links) {
        const names = byId.get(operationId)?.parameters.map(({ name }: { name: string }) => name);
        expect(names, operationId).toEqual(expect.arrayContaining(Object.keys(parameters)));
      }
    }));
});

describe('an address that is there', () => {
  test.each(['DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE'] as const)('does not take %s', (method) =>
    givenApi(async ({ app, key }) => {
      const headers = { authorization: `Bearer ${key('admin', '*')}` };
      const orders = await app.inject({ method: method as 'PUT', url: '/v1/orders/A-1/refunds?x=1', headers });
      expect([orders.statusCode, orders.headers.allow]).toEqual([405, 'POST']);
      const imports = await app.inject({ method: method as 'PUT', url: '/v1/imports', headers });
      expect([imports.statusCode, imports.headers.allow]).toEqual([405, 'GET, POST']);
      // It is named beside the cases by id, which take GET.
      const bulk = await app.inject({ method: method as 'PUT', url: '/v1/cases/bulk', headers });
      expect([bulk.statusCode, bulk.headers.allow]).toEqual([405, 'POST']);
      const unknown = await app.inject({ method: method as 'PUT', url: '/v1/orders/A-1/gifts', headers });
      expect([unknown.statusCode, unknown.headers.allow]).toEqual([404, undefined]);
    }),
  );
});

describe('GET /docs', () => {
  test('shows the document with files of this machine only', () =>
    givenApi(async ({ app }) => {
      const page = await app.inject('/docs/');
      expect(page.statusCode).toBe(200);
      const sources = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
      expect(sources.length).toBeGreaterThan(2);
      for (const source of sources) {
        expect(source).not.toMatch(/^(https?:)?\/\//);
        const file = await app.inject(new URL(source, 'http://host/docs/').pathname);
        expect([source, file.statusCode]).toEqual([source, 200]);
      }
      expect(page.headers['content-security-policy']).toMatch(/^default-src 'self';/);
      expect(page.headers['content-security-policy']).not.toMatch(/https?:|swagger\.io|upgrade/);
      for (const part of ['base-uri', 'form-action', 'frame-ancestors', 'object-src']) {
        expect(page.headers['content-security-policy']).toMatch(new RegExp(`; ?${part} 'none'`));
      }
      expect((await app.inject('/docs/json')).json().info.title).toBe('Hesabu');
    }));
});
