// The API over a real ledger in its own directory, with a gateway, an archive and reports that tests can inspect. Every
// answer is checked against the table of routes and against the OpenAPI document made from it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { FastifyBaseLogger, FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { expect } from 'vitest';
import type { z } from 'zod';
import { CASE_FILES } from '../../../src/app/reports/case-book.ts';
import { statementBook } from '../../../src/app/statements/statement-book.ts';
import { statementCsv } from '../../../src/app/statements/statement-csv.ts';
import type { Exchange } from '../../../src/archive/exchanges/exchange.ts';
import { BlobStore } from '../../../src/archive/texts/blob-store.ts';
import { STATEMENTS_FOLDER, TextStore } from '../../../src/archive/texts/text-store.ts';
import { HesabuError } from '../../../src/domain/errors.ts';
import { sourceName } from '../../../src/domain/fact.ts';
import type { Role } from '../../../src/http/access/api-key.ts';
import { IssuerSignIn } from '../../../src/http/access/issuer-sign-in.ts';
import { KeyStore } from '../../../src/http/access/key-store.ts';
import { Passwords } from '../../../src/http/access/password.ts';
import { PeopleStore } from '../../../src/http/access/people-store.ts';
import type { Grant } from '../../../src/http/access/person.ts';
import { Sessions } from '../../../src/http/access/sessions.ts';
import { SignIn } from '../../../src/http/access/sign-in.ts';
import type { ApiContext, Settlements } from '../../../src/http/api/api-context.ts';
import { BatchRunner } from '../../../src/http/api/cases/batch-runner.ts';
import { RefundRunner } from '../../../src/http/api/cases/refund-runner.ts';
import type { Route } from '../../../src/http/api/route.ts';
import { registerApi } from '../../../src/http/api/server/register.ts';
import { apiRoutes } from '../../../src/http/api/server/routes.ts';
import { Turns } from '../../../src/http/api/turns.ts';
import { buildApp } from '../../../src/http/app.ts';
import { accountsOf } from '../../../src/matching/rules.ts';
import type { UnreadWebhook } from '../../../src/producers/webhooks/unread-webhooks.ts';
import { AlertTable } from '../../../src/projections/alerts/alert-table.ts';
import type { AlertView } from '../../../src/projections/alerts/alerts.ts';
import type { RiskSignal } from '../../../src/projections/risk/signal.ts';
import { PROVIDERS } from '../../../src/providers/registry.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { openServiceDatabase } from '../../../src/runtime/service-database.ts';
import { filePreviews } from '../../../src/service/file-previews.ts';
import { LiveChanges } from '../../../src/service/ledger/live-changes.ts';
import type { LiveLedgerOptions } from '../../../src/service/ledger/live-ledger.ts';
import { apiTables } from '../../../src/service/tables/api-tables.ts';
import { SERVICE } from '../../matching/given-decisions.ts';
import { type Running, withLiveLedger } from '../../service/ledger/given-live-ledger.ts';
import { type GivenLimits, generousLimits } from '../generous-limits.ts';
import { documentValidator } from './document-validator.ts';
import { FakeGateway } from './fake-gateway.ts';
import { FakeNotices } from './fake-notices.ts';

export interface Given extends Running, GivenLimits {
  readonly app: FastifyInstance;
  readonly parts: ApiContext;
  readonly routes: readonly Route[];
  /** Every URL that Fastify knows, with its method. */
  readonly known: readonly string[];
  readonly keys: KeyStore;
  readonly gateway: FakeGateway;
  readonly exchanges: Exchange[];
  readonly alerts: AlertView[];
  readonly settlements: { -readonly [Part in keyof Settlements]: [...Settlements[Part]] };
  readonly risks: RiskSignal[];
  readonly unread: UnreadWebhook[];
  readonly database: DatabaseSync;
  readonly drain: AbortController;
  readonly reportDir: string;
  /** The text of a new key. */
  key(role: Role, ...merchants: string[]): string;
  /** The same for a person's key. */
  keyOf(person: string, role: Role, ...merchants: string[]): string;
  /** What the browser of a new person sends, who is signed in. */
  browserOf(name: string, ...grants: Grant[]): Readonly<Record<string, string>>;
  /** Sends a request, and checks the answer against the document. */
  ask(request: Asked): Promise<Answered>;
}

/** So few that a batch has several rounds; in a soak with very many rows, about a hundred of them. */
const ROUND_ROWS = Math.max(3, Math.ceil(Number(process.env.HESABU_TEST_DESK_BREAKS ?? 0) / 100));

/** What a page of the service sends with each request that changes something. */
export const OWN_PAGE = { host: 'localhost:8070', origin: 'http://localhost:8070', 'x-hesabu-request': '1' } as const;

export interface Asked extends InjectOptions {
  readonly key?: string;
  readonly json?: unknown;
  readonly idempotencyKey?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape, which were checked already.
  readonly json: any;
}

export async function givenApi<Result>(
  work: (given: Given) => Promise<Result>,
  options: Partial<LiveLedgerOptions> = {},
): Promise<Result> {
  return withLiveLedger(async (running) => {
    const { dir, clock } = running;
    const database = openServiceDatabase(dir);
    const seen = {
      ...{
        exchanges: [] as Exchange[],
        alerts: [] as AlertView[],
        settlements: { reports: [], changes: [] },
        risks: [] as RiskSignal[],
      },
      ...{ unread: [] as UnreadWebhook[], keys: new KeyStore(dir), gateway: new FakeGateway(), database },
      ...{ drain: new AbortController(), reportDir: makeReport(dir), ...generousLimits() },
    };
    const alertTable = new AlertTable(database);
    const { ask, reader } = running.ledger;
    const changes = new LiveChanges({ ask, reader, alerts: () => alertTable, paceMillis: 1 });
    const parts = partsOf(running, seen, changes);
    const { app, known } = appWith(parts);
    const routes = apiRoutes(parts);
    try {
      await app.ready();
      const check = answerCheck((await app.inject('/openapi.json')).payload);
      const make = (person: string | null, role: Role, merchants: string[]) =>
        seen.keys.create({ role, merchants, label: '', person, expiresAt: null }, clock.now()).text;
      const given: Given = {
        ...{ ...running, ...seen, app, parts, routes, known },
        key: (role, ...merchants) => make(null, role, merchants),
        keyOf: (person, role, ...merchants) => make(person, role, merchants),
        browserOf: (name, ...grants) => {
          const request = { name, mail: null, language: 'en', zone: 'UTC', grants } as const;
          const { person } = parts.people.create(request, clock.now());
          return { ...OWN_PAGE, cookie: `hesabu=${parts.sessions.start(person)}` };
        },
        ask: async (asked) => {
          const answered = await inject(app, asked);
          check(routes, String(asked.method ?? 'GET'), String(asked.url), answered);
          return answered;
        },
      };
      return await work(given);
    } finally {
      seen.drain.abort();
      await app.close();
      await (parts.batches as BatchRunner).stop();
      await (parts.refundWork as RefundRunner).stop();
      await changes.stop();
      database.close();
    }
  }, options);
}

/** No issuer is configured. */
const never = () => Promise.reject(new Error('there is no issuer'));

function makeReport(dir: string): string {
  const folder = join(dir, 'reports', '2026-06-01');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'summary.json'), '{"keys":0}');
  writeFileSync(join(folder, 'breaks.csv'), 'merchant\nshop-1\n');
  return folder;
}

type Seen = Omit<Given, keyof Running | 'app' | 'parts' | 'routes' | 'known' | 'key' | 'keyOf' | 'browserOf' | 'ask'>;

function partsOf({ dir, ledger, clock }: Running, seen: Seen, changes: LiveChanges): ApiContext {
  const { exchanges, alerts, settlements, risks, unread, keys, gateway, database, drain, reportDir } = seen;
  const tables = apiTables(database, clock);
  const people = new PeopleStore(dir);
  const logger = pino({ level: 'silent' });
  const work = { ledger, clock, logger, store: tables.batches, decisionKey: SERVICE };
  const batches = new BatchRunner({ ...work, roundRows: ROUND_ROWS });
  const sessions = new Sessions(tables.sessions, people, clock, () => 1_800_000);
  const signIn = new SignIn(people, tables.sessions, clock, new Passwords({ logN: 4, r: 8, p: 1 }));
  const [orderTurns, texts] = [new Turns(), new TextStore(dir, 'texts')];
  const gateways = {
    gateways: (merchant: string) => (merchant === 'nobody' ? undefined : gateway),
    gatewayNamed: (account: string) => (account === sourceName(gateway) ? gateway : undefined),
  };
  const storageFault = () => null;
  const pseudonym = (text: string) => `hash-of-${text.length}`;
  const archive: ApiContext['exchanges'] = {
    add: async (exchange) => void exchanges.push(exchange),
    get: async (id) => exchanges.find((exchange) => exchange.id === id),
    find: async ({ name, from, to, limit }) =>
      exchanges
        .filter(({ names, at }) => (name === undefined || names.includes(name)) && at >= (from ?? 0))
        .filter(({ at }) => at < (to ?? Number.POSITIVE_INFINITY))
        .toReversed()
        .slice(0, limit),
  };
  const own = { ledger, clock, logger, tables, orderTurns, pseudonym, texts, exchanges: archive, decisionKey: SERVICE };
  const refundWork = new RefundRunner({ ...own, storageFault, ...gateways });
  return {
    ...{ people, sessions, signIn, isOverTls: false, publicUrl: undefined, orderTurns, refundWork, ...gateways },
    issuerSignIn: new IssuerSignIn(people, clock, { label: null, begin: never, identify: never }),
    ...{ ledger, changes, clock, keys, tables, meter: NO_METER, logger, batches, caseFiles: CASE_FILES },
    notices: new FakeNotices(),
    ...{ pseudonym, decisionKey: SERVICE, texts, blobs: new BlobStore(dir) },
    ...{ statementBook, statementCsv },
    statementFiles: new TextStore(dir, STATEMENTS_FOLDER),
    defaultProvider: 'mfs-africa',
    accountsOf: (provider) => accountsOf(ledger.loop.rules, provider),
    exchanges: archive,
    ...{ promptsMax: () => 3, streamsMax: () => 2, unread: () => ({ webhooks: unread, next: null }) },
    imports: () => ledger.reconciler.importer.imports.all(),
    previews: filePreviews({
      loaded: () => ({ providers: PROVIDERS, config: { accounts: [], data: dir } }),
      ...{ ledger, pseudonym },
    }),
    deadLetters: null,
    alerts: () => alerts,
    settlements: () => settlements,
    risk: async () => risks,
    reports: {
      days: () => ['2026-06-01'],
      of: async (day) => {
        if (day === '2026-06-01') return reportDir;
        throw new HesabuError('HESABU_NOT_FOUND', { where: day });
      },
    },
    metricsText: async () => '# HELP hesabu_keys Transactions\nhesabu_keys{standing="matched"} 1\n',
    uploadDir: join(dir, 'uploads'),
    approvalDir: join(dir, 'approvals'),
    uploadBytesMax: 4_096,
    draining: drain.signal,
    ...{ limits: seen.limits, isOnLoopback: true },
    storageFault,
  };
}

function appWith(parts: ApiContext): { readonly app: FastifyInstance; readonly known: string[] } {
  const known: string[] = [];
  const app = buildApp({
    clock: parts.clock,
    logger: parts.logger as FastifyBaseLogger,
    notReady: () => [],
    limits: parts.limits,
    register: (inner) => {
      inner.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) known.push(`${one} ${url}`);
      });
      registerApi(inner, parts);
    },
  });
  return { app, known };
}

async function inject(app: FastifyInstance, { key, json, idempotencyKey, ...options }: Asked): Promise<Answered> {
  const headers = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...options.headers,
  };
  const payload = json === undefined ? options.payload : JSON.stringify(json);
  const response = await app.inject({ ...options, headers, ...(payload === undefined ? {} : { payload }) });
  const isJson = /json/.test(String(response.headers['content-type']));
  const body = isJson ? JSON.parse(response.payload) : undefined;
  return { status: response.statusCode, headers: response.headers, text: response.payload, json: body };
}

type Check = (routes: readonly Route[], method: string, url: string, answered: Answered) => void;

/** Checks with zod and with the JSON schemas of the document. */
function answerCheck(document: string): Check {
  const validator = documentValidator(document);
  return (routes, method, url, answered) => {
    const path = url.split('?')[0]!;
    const fitting = routes.filter((route) => route.method === method && fits(route.url, path));
    // `:day.xlsx` fits `:day` too.
    const known = fitting.reduce<Route | undefined>((best, one) => {
      return best !== undefined && best.url.length > one.url.length ? best : one;
    }, undefined);
    if (known === undefined) return;
    const type = String(answered.headers['content-type']).split(';')[0]!;
    const isFault = type === 'application/problem+json';
    const spec = isFault ? undefined : known.answers[answered.status];
    const value = type.includes('json') ? answered.json : answered.text;
    if (isFault) expect(answered.status).toBeGreaterThanOrEqual(400);
    else {
      expect(spec, `${method} ${path} answered ${answered.status} ${answered.text}`).toBeDefined();
      const types = Object.entries(spec!.content).map(([name, schema]) => [name.split(';')[0], schema] as const);
      const schema = types.find(([name]) => name === type)?.[1] as z.ZodType | undefined;
      expect(schema, `${method} ${path} answered with ${type}`).toBeDefined();
      expect(schema!.safeParse(value).error?.issues ?? []).toEqual([]);
    }
    const status = isFault ? 'default' : String(answered.status);
    const pointer = ['paths', known.url.replaceAll(/:(\w+)/g, '{$1}'), method.toLowerCase(), 'responses', status];
    const faults = validator([...pointer, 'content', type, 'schema'], value);
    expect(faults).toBeNull();
  };
}

function fits(url: string, path: string): boolean {
  const pattern = url.replaceAll(/[.]/g, '\\.').replaceAll(/:\w+/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}
