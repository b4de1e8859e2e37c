// The webhook endpoint over parts that tests can delay, make fail and inspect.
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import pino from 'pino';
import type { Exchange } from '../../../src/archive/exchanges/exchange.ts';
import type { HesabuError } from '../../../src/domain/errors.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import { Admission } from '../../../src/http/admission.ts';
import { type AppOptions, buildApp } from '../../../src/http/app.ts';
import type { Patience } from '../../../src/http/connections.ts';
import { registerWebhooks } from '../../../src/http/webhooks/route.ts';
import type { WebhookAccount } from '../../../src/http/webhooks/webhook.ts';
import { bodySettings } from '../../../src/producers/account-settings.ts';
import type { ReadBody } from '../../../src/producers/bodies/body.ts';
import type { VerifyWebhook } from '../../../src/producers/provider.ts';
import { UnreadWebhooks } from '../../../src/producers/webhooks/unread-webhooks.ts';
import { MFS_AFRICA } from '../../../src/providers/mfs-africa/mfs-africa.ts';
import type { Labels, Meter } from '../../../src/runtime/meter.ts';
import { openServiceDatabase } from '../../../src/runtime/service-database.ts';
import { NOON, StillClock } from '../../service/ledger/given-live-ledger.ts';
import { type GivenLimits, generousLimits } from '../generous-limits.ts';

export const SECRET = 'the newer secret';
export const OLD_SECRET = 'the older secret';
export const PHONE = '254711223344';
export const PATH = '/webhooks/mfs-africa/main';

export interface Given extends GivenLimits {
  readonly app: FastifyInstance;
  readonly clock: StillClock;
  readonly facts: Fact[];
  readonly exchanges: Exchange[];
  readonly unread: UnreadWebhooks;
  /** How often each outcome was counted. */
  readonly counts: Record<string, number>;
  /** All log lines. */
  readonly log: () => string;
  /** Runs before a fact is on disk: it may wait or fail. */
  disk: () => Promise<void>;
  /** The same for the archive. */
  archiveDisk: () => Promise<void>;
  account: WebhookAccount;
  waitingMax: number;
  /** Why nothing can be stored. */
  readonly storage: { fault: HesabuError | null };
  /** How often it was told that somebody should ask. */
  hints: number;
  send(body: string | Buffer, headers?: Record<string, string | string[]>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape.
  readonly json: any;
  readonly text: string;
}

export interface Server extends Pick<AppOptions, 'tls' | 'connections' | 'behindProxy'> {
  readonly patience?: Partial<Patience>;
  /** Routes beside that of webhooks. */
  readonly routes?: (app: FastifyInstance) => void;
}

export async function givenWebhooks(work: (given: Given) => Promise<void>, server: Server = {}): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-webhooks-'));
  const database = openServiceDatabase(dir);
  const clock = new StillClock();
  let logged = '';
  const lines = new Writable({
    write: (chunk, _encoding, done) => {
      logged += chunk;
      done();
    },
  });
  const logger = pino({ level: 'debug' }, lines);
  const given = {
    clock,
    ...{ facts: [] as Fact[], exchanges: [] as Exchange[], counts: {} as Record<string, number> },
    unread: new UnreadWebhooks(database),
    log: () => logged,
    disk: async () => {},
    archiveDisk: async () => {},
    account: {
      ...{ provider: 'mfs-africa', account: 'main', merchants: ['*'], port: MFS_AFRICA.webhook! },
      verify: verifierOf('timestamped', SECRET, OLD_SECRET),
      read: readerOf('main'),
      gate: { isPath: null, addresses: null },
    },
    ...generousLimits(),
    ...{ waitingMax: 100, storage: { fault: null }, hints: 0 },
  } as unknown as Given;
  const register = (app: FastifyInstance) => {
    registerWebhooks(app, partsOf(given));
    server.routes?.(app);
  };
  const app = buildApp({
    clock,
    logger: logger as FastifyBaseLogger,
    notReady: () => [],
    limits: given.limits,
    ...server,
    register,
  });
  Object.assign(given, { app, send: senderOf(app) });
  try {
    await work(given);
  } finally {
    await app.close();
    database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A disk that says when it is asked first, and is done once it is released. */
export function slowDisk(): { write: () => Promise<void>; asked: Promise<void>; release: () => void } {
  const [asked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const write = () => {
    asked.resolve();
    return done.promise;
  };
  return { write, asked: asked.promise, release: done.resolve };
}

function partsOf(given: Given): Parameters<typeof registerWebhooks>[1] {
  const { clock, facts, exchanges, unread, counts } = given;
  const meter: Meter = {
    add: (_name, labels: Labels = {}) => {
      const outcome = labels.outcome ?? '';
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    },
    set: () => {},
    observe: () => {},
  };
  return {
    account: (provider, account) => (`${provider}/${account}` === 'mfs-africa/main' ? given.account : undefined),
    sink: {
      append: async (more) => {
        await given.disk();
        facts.push(...more);
      },
    },
    exchanges: {
      add: async (exchange) => {
        await given.archiveDisk();
        exchanges.push(exchange);
      },
    },
    unread,
    clock,
    meter,
    pseudonym: (text) => `hash-of-${text.length}`,
    limits: given.limits,
    known: { isTaken: async () => false, holdersOf: async () => [] },
    onHints: () => {
      given.hints++;
    },
    admission: new Admission(() => given.waitingMax, given.storage),
  };
}

function senderOf(app: FastifyInstance): Given['send'] {
  return async (body, headers = signed(body)) => {
    const answer = await app.inject({
      method: 'POST',
      url: PATH,
      headers: { 'content-type': 'application/json', ...headers },
      payload: body,
    });
    const { statusCode: status, payload: text } = answer;
    return { status, headers: answer.headers, text, json: text === '' ? null : JSON.parse(text) };
  };
}

export function signature(body: string | Buffer, secret = SECRET, at = NOON): string {
  const seconds = Math.floor(at / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex')}`;
}

export function signed(body: string | Buffer, secret = SECRET, at = NOON): { 'x-signature': string } {
  return { 'x-signature': signature(body, secret, at) };
}

/** A successful payment, with the event id `ev-NAME`. */
export function payment(name: string, more: object = {}): string {
  const data = {
    transaction_reference: `A-${name}`,
    transaction_id: `P-${name}`,
    amount: '1000.00',
    currency: 'KES',
    status: 'success',
    msisdn: PHONE,
    completed_at: '2026-06-01T11:59:00Z',
    ...more,
  };
  return JSON.stringify({ id: `ev-${name}`, event: 'payment.success', created_at: '2026-06-01T11:59:01Z', data });
}

/** The verification of webhooks for an account with these secrets. */
/** Reads the webhooks of an account. */
export function readerOf(account: string): ReadBody {
  const about = { provider: 'mfs-africa', account, merchant: 'shop-1', settings: bodySettings({}), isUnsigned: false };
  return MFS_AFRICA.bodies({ ...about, pseudonym: (text) => `#${text.length}` }).webhook!;
}

export function verifierOf(scheme: 'timestamped' | 'body', ...secrets: string[]): VerifyWebhook {
  const places = secrets.map((env) => ({ env }));
  const settings = MFS_AFRICA.account.parse({
    ...{ provider: 'mfs-africa', account: 'main', base_url: 'https://gateway.example', api_key: { env: 'KEY' } },
    webhook: { scheme, secrets: places, tolerance: 'PT300S' },
  });
  return MFS_AFRICA.webhook!.verifier(settings, (place) => ('env' in place ? place.env : place.file))!;
}
