// Money is asked for once under everything that can come between a client and a gateway: retries, several API keys and
// their revocation, processes that die, lost answers, other spellings, and the loss of service.db.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import type { ApiContext } from '../../../src/http/api/api-context.ts';
import { registerApi } from '../../../src/http/api/server/register.ts';
import { Turns } from '../../../src/http/api/turns.ts';
import { buildApp } from '../../../src/http/app.ts';
import type { Gateway } from '../../../src/producers/gateway.ts';
import { Random } from '../../../src/simulation/random/prng.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

/** `HESABU_TEST_INTERLEAVINGS` sets another number. */
const ROUNDS = Number(process.env.HESABU_TEST_INTERLEAVINGS ?? 15);
const SEED = Number(process.env.HESABU_SEED ?? Date.now() % 1_000_000);

const POINTS = ['before the call', 'after the call', 'before the answer is kept', 'after it is kept'] as const;
type Point = (typeof POINTS)[number];
const FAULTS = [
  'none',
  'none',
  'not sent',
  'answer lost',
  'refused',
  'service.db lost',
  'key revoked',
  ...POINTS,
] as const;
type Fault = (typeof FAULTS)[number];

/** A process of the service, over stores that outlive it. It may die at a point, and does nothing from there on. */
class Process {
  readonly app: FastifyInstance;
  private readonly death = Promise.withResolvers<null>();
  private isDead = false;

  constructor({ parts, gateway }: Given, dieAt: Point | null) {
    const pass = async (point: Point) => {
      if (point === dieAt) this.isDead = true;
      if (!this.isDead) return;
      this.death.resolve(null);
      await new Promise(() => {});
    };
    const asked = {
      provider: gateway.provider,
      account: gateway.account,
      operators: (country: string) => gateway.operators(country),
    } as Record<string, unknown>;
    for (const call of ['initiate', 'refund'] as const) {
      asked[call] = async (request: never) => {
        await pass('before the call');
        const answer = await gateway[call](request);
        await pass('after the call');
        return answer;
      };
    }
    const { answers } = parts.tables;
    const keep: typeof answers.keep = async (...args) => {
      await pass('before the answer is kept');
      await answers.keep(...args);
      await pass('after it is kept');
    };
    const own: ApiContext = {
      ...parts,
      // A process that died keeps no turn of the next one.
      orderTurns: new Turns(),
      gateways: () => asked as unknown as Gateway,
      gatewayNamed: () => asked as unknown as Gateway,
      tables: { ...parts.tables, answers: { find: (place) => answers.find(place), keep } },
    };
    const logger = parts.logger as FastifyBaseLogger;
    const register = (inner: FastifyInstance) => registerApi(inner, own);
    this.app = buildApp({ clock: parts.clock, logger, notReady: () => [], limits: parts.limits, register });
  }

  /** The status of the answer; null if the process died before. */
  async ask(url: string, key: string, idempotencyKey: string, body: object): Promise<number | null> {
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey };
    const answer = this.app.inject({ method: 'POST', url, headers, payload: body }).then((one) => one.statusCode);
    return Promise.race([answer, this.death.promise]);
  }
}

interface Intent {
  readonly kind: 'refunds' | 'payments';
  readonly key: string;
  readonly body: object;
  /** Whether any try of it was answered 2xx. */
  isDone: boolean;
}

const random = new Random(SEED);

class World {
  private readonly given: Given;
  private process: Process;
  private readonly live: string[];
  private readonly everybody: string;

  constructor(given: Given) {
    this.given = given;
    this.process = new Process(given, null);
    this.live = [given.key('shop', 'shop-1'), given.key('shop', 'shop-1')];
    this.everybody = given.key('admin', '*');
  }

  /** One interleaving: some tries of some intents about one order, each with its fault, and then one without. */
  async round(name: number): Promise<void> {
    const { gateway, ledger } = this.given;
    const reference = `R\u00e9-${name}`;
    const isRefund = random.percent(70);
    await ledger.writer.append([order(reference), ...(isRefund ? [paid(reference)] : [])]);
    const intents = isRefund
      ? ['100.01', '200.02'].map((amount): Intent => ({ ...asRefund(amount), key: `${name}-${amount}` }))
      : [{ ...asPayment(), key: `${name}-pay` }];
    let isStoreLost = false;
    for (let step = random.between(2, 5); step > 0; step--) {
      const fault = random.pick(FAULTS);
      isStoreLost ||= fault === 'service.db lost';
      const intent = random.pick(intents);
      const tries = random.percent(20) ? 2 : 1;
      this.arrange(fault);
      await Promise.all(Array.from({ length: tries }, () => this.send(reference, intent)));
      if ((POINTS as readonly Fault[]).includes(fault)) this.process = new Process(this.given, null);
      gateway.failure = null;
      gateway.isAnswerLost = false;
    }
    for (const intent of intents) {
      const status = await this.send(reference, intent);
      // Without service.db a refund that the gateway may have taken is held back, also from its own retry.
      if (!isStoreLost) expect([SEED, name, intent.key, status]).toEqual([SEED, name, intent.key, 202]);
      const calls = intent.kind === 'refunds' ? gateway.refunds : gateway.payments;
      const own = calls.filter((call) => call.reference === reference && isOf(intent, call));
      const keys = new Set(own.map(({ idempotencyKey }) => idempotencyKey));
      expect([SEED, name, intent.key, keys.size <= 1]).toEqual([SEED, name, intent.key, true]);
      if (intent.isDone) expect([SEED, name, intent.key, keys.size]).toEqual([SEED, name, intent.key, 1]);
    }
    gateway.refunds.length = 0;
    gateway.payments.length = 0;
  }

  private arrange(fault: Fault): void {
    const { gateway, database, keys, clock, key } = this.given;
    if (fault === 'not sent') gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
    if (fault === 'refused') gateway.failure = new GatewayRefused({}, 422);
    if (fault === 'answer lost') gateway.isAnswerLost = true;
    if (fault === 'service.db lost') {
      database.exec('DELETE FROM idempotency; DELETE FROM refunds_asked; DELETE FROM payments_asked');
      this.process = new Process(this.given, null);
    }
    if (fault === 'key revoked') {
      keys.revoke(this.live.shift()!.split('_')[1]!, clock.now());
      this.live.push(key('shop', 'shop-1'));
    }
    if ((POINTS as readonly Fault[]).includes(fault)) this.process = new Process(this.given, fault as Point);
  }

  private async send(reference: string, intent: Intent): Promise<number | null> {
    const written = random.pick([reference, ` ${reference}`, `${reference} `, reference.normalize('NFD')]);
    const url = `/v1/orders/${encodeURIComponent(written)}/${intent.kind}`;
    const status = await this.process.ask(url, random.pick([...this.live, this.everybody]), intent.key, intent.body);
    if (status !== null && status < 300) intent.isDone = true;
    return status;
  }
}

const asRefund = (amount: string) => ({ kind: 'refunds', body: { amount }, isDone: false }) as const;
const asPayment = () =>
  ({ kind: 'payments', body: { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' }, isDone: false }) as const;

function isOf({ kind, body }: Intent, { amount }: { readonly amount: string }): boolean {
  return kind === 'payments' || (body as { readonly amount: string }).amount === amount;
}

test(
  `${ROUNDS} interleavings of retries, keys, deaths, losses and spellings: each intent once, none lost (S23)`,
  { timeout: 60_000 + ROUNDS * 10_000 },
  () =>
    givenApi(async (given) => {
      process.stdout.write(`interleavings: HESABU_SEED=${SEED}\n`);
      const world = new World(given);
      for (let name = 0; name < ROUNDS; name++) await world.round(name);
    }),
);
