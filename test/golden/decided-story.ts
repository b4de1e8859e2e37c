// The inputs of the golden ledger with decisions: three days of a small shop whose people work, approve, reject, revoke
// and link, close a day, and get new rules. Only `make-golden.ts` reads it: what was said once is kept as it was said.

import { hash } from 'node:crypto';
import { STATEMENTS_FOLDER, TextStore } from '../../src/archive/texts/text-store.ts';
import { dayOfDate } from '../../src/domain/calendar.ts';
import type { Decider, DecisionBody, PeriodClosed } from '../../src/domain/decision.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { EVERY_MERCHANT, periodKey } from '../../src/domain/key.ts';
import { formatMinor } from '../../src/domain/money.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { formatInstant, type Instant } from '../../src/domain/time.ts';
import type { Reconciler } from '../../src/engine/reconciler.ts';
import { CLOSE_CASE } from '../../src/matching/periods.ts';
import { rulesHash } from '../../src/matching/rules.ts';
import { type DecisionDraft, decisionFact } from '../../src/producers/decisions/decision-facts.ts';
import { bookedStatements, frozenFiles } from '../../src/projections/booked-statements.ts';
import {
  approved,
  linked,
  OTIENO,
  type Proposed,
  proposed,
  rejected,
  SERVICE,
  STRANGER,
  WANJIRU,
  ZHANG,
} from '../matching/given-decisions.ts';

const MUTUA: Decider = { person: 'p-mutua', roles: ['approver'], via: 'desk' };
/** Disabled after the first run: what he said holds. */
const KAMAU: Decider = { person: 'p-kamau', roles: ['operator'], via: 'xlsx' };
const NOBODYS: Decider = { person: 'key:k-1', roles: ['operator'], via: 'api' };
const SHOP = 'shop-1';
const MONDAY = '2026-06-01';

const rules = (more: string) => `zone: Africa/Nairobi
grace: { order: PT15M, payment: PT24H, resolution: PT1H }
settlement: { days: 1 }
fees:
  - { provider: mfs-africa, currency: KES, percent: "1.50" }
review: { threshold: { KES: "500.00" } }
decision_keys: ["${SERVICE.signer}"]
${more}`;

/** In whole shillings: what was ordered and paid; `isCounted` where the shop counts it as paid. */
interface Sold {
  readonly ordered?: number;
  readonly paid?: number;
  readonly isUnsettled?: boolean;
  readonly isCounted?: boolean;
}

const SOLD: Readonly<Record<string, Sold>> = {
  'OK-1': { ordered: 1000, paid: 1000 },
  'W-1': { ordered: 1000, paid: 800 },
  'W-2': { ordered: 2000, paid: 1200 },
  'W-3': { ordered: 2000, paid: 1200 },
  'W-4': { ordered: 2000, paid: 1200 },
  'W-5': { ordered: 1000, paid: 800 },
  'W-6': { ordered: 2000, paid: 1200 },
  'W-7': { ordered: 2000, paid: 1200 },
  'W-8': { ordered: 1000, paid: 960 },
  'W-9': { ordered: 1000, paid: 900 },
  'K-1': { ordered: 2000, paid: 1200 },
  'N-1': { ordered: 2000, paid: 1200 },
  'E-1': { ordered: 700, isCounted: true },
  'E-2': { ordered: 600, paid: 600, isUnsettled: true },
  'X-1': { paid: 1500 },
  'X-2': { paid: 900 },
  'X-3': { paid: 400 },
  'L-1': { ordered: 1000, isCounted: true },
  'L-2': { ordered: 500, isCounted: true },
  'L-3': { ordered: 900, isCounted: true },
  'L-4': { ordered: 400, isCounted: true },
};
/** Paid on Monday too, and told on Wednesday. */
const LATE: Readonly<Record<string, number>> = { 'W-6': 300, 'W-7': 300 };

const kes = (whole: number) => `${whole}.00`;
const feeOf = (whole: number) => formatMinor((BigInt(whole) * 3n) / 2n, 'KES');

function orderRow(reference: string, { ordered, isCounted = false }: Sold): string[] {
  if (ordered === undefined) return [];
  const status = isCounted ? 'paid,2026-06-01T10:30:00+03:00' : 'awaiting_payment,';
  return [[SHOP, reference, kes(ordered), 'KES', '2026-06-01T10:00:00+03:00', status].join(',')];
}

function callback(reference: string, id: string, whole: number, at: string): string {
  const data = {
    ...{ transaction_reference: reference, transaction_id: id, amount: kes(whole), currency: 'KES' },
    completed_at: at,
  };
  return JSON.stringify({ id: `ev-${id}`, event: 'payment.success', created_at: at, data });
}

const LINE_COLUMNS =
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id';

function lineRow(reference: string, id: string, whole: number): string {
  const cells = [reference, id, 'payment', kes(whole), 'KES', feeOf(whole), '2026-06-02', `L-${id}`];
  return cells.join(',');
}

const text = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

/** The files by their paths below the inputs. */
export function storyFiles(): Readonly<Record<string, string>> {
  const sold = Object.entries(SOLD);
  const paid = sold.flatMap(([reference, one]) =>
    one.paid === undefined ? [] : [{ reference, ...one, paid: one.paid }],
  );
  const later = Object.entries(LATE);
  return {
    'rules.yaml': rules(''),
    'run-1/orders.csv': text(
      'merchant,transaction_reference,amount,currency,placed_at,status,status_at',
      ...sold.flatMap(([reference, one]) => orderRow(reference, one)),
    ),
    'run-1/callbacks.jsonl': text(
      ...paid.map((one) => callback(one.reference, `P-${one.reference}`, one.paid, '2026-06-01T10:05:00+03:00')),
    ),
    'run-1/settlements.csv': text(
      LINE_COLUMNS,
      ...paid.flatMap((one) => (one.isUnsettled ? [] : [lineRow(one.reference, `P-${one.reference}`, one.paid)])),
    ),
    'run-3/callbacks.jsonl': text(
      ...later.map(([reference, whole]) => callback(reference, `Q-${reference}`, whole, '2026-06-01T20:00:00+03:00')),
    ),
    'run-3/settlements.csv': text(
      LINE_COLUMNS,
      ...later.map(([reference, whole]) => lineRow(reference, `Q-${reference}`, whole)),
      lineRow('E-2', 'P-E-2', 600),
    ),
    'run-4/rules.yaml': rules('tolerance: { KES: "50.00" }\n'),
  };
}

/** What the ledger has open, by key and reason, and the time from which on people speak, a minute after one another. */
class Desk {
  readonly said: Fact<DecisionBody>[] = [];
  private readonly open: Awaited<ReturnType<typeof openOf>>;
  private at: Instant;

  constructor(open: Desk['open'], at: string) {
    this.open = open;
    this.at = Date.parse(at);
  }

  of(key: string, reason: ReasonCode) {
    const found = this.open.find((one) => one.key === key && one.finding.reason === reason);
    if (found === undefined) throw new RangeError(`${key} has no ${reason}`);
    return {
      finding: found.finding,
      given: { about: key, merchant: found.merchant, at: this.next(), key: this.name() },
    };
  }

  say<Said extends Fact<DecisionBody>>(fact: Said): Said {
    this.said.push(fact);
    return fact;
  }

  next(): Instant {
    this.at += 60_000;
    return this.at;
  }

  name(): string {
    return `k${this.at}`;
  }

  answer(answered: typeof approved | typeof rejected, proposal: Proposed | Fact<PeriodClosed>, by: Decider, more = {}) {
    const about = proposal.body.about;
    this.say(answered(proposal, { by, about, at: this.next(), key: this.name(), ...more }));
  }
}

async function openOf({ executors }: Reconciler) {
  return (await executors.ask({ query: 'overview' })).findings;
}

/** The proposals that later runs answer. */
const proposals = new Map<string, Proposed>();

export async function decide(folder: string, reconciler: Reconciler): Promise<readonly Fact<DecisionBody>[]> {
  const open = await openOf(reconciler);
  if (folder === 'run-1') return workedOnWednesday(new Desk(open, '2026-06-03T09:00:00+03:00'));
  if (folder === 'run-2') return closeOfMonday(new Desk(open, '2026-06-03T14:00:00+03:00'), reconciler);
  return workedOnThursday(new Desk(open, '2026-06-04T09:00:00+03:00'));
}

function workedOnWednesday(desk: Desk): readonly Fact<DecisionBody>[] {
  const propose = (key: string, reason: ReasonCode, more: object = {}) => {
    const { finding, given } = desk.of(key, reason);
    const proposal = desk.say(proposed(finding, { by: ZHANG, ...given, ...more }));
    proposals.set(key, proposal);
    return proposal;
  };
  const short = (key: string, more: object = {}) => propose(key, 'AMOUNT_UNDER', more);
  const link = (key: string, to: Readonly<Record<string, string>>) => {
    const { finding, given } = desk.of(key, 'ORDER_MISSING');
    proposals.set(key, desk.say(linked(finding, to, { by: OTIENO, of: SHOP, ...given })));
    return proposals.get(key)!;
  };
  sayOf(desk, 'N-1', { type: 'CaseAssigned', owner: 'p-zhang', due_at: Date.parse('2026-06-05'), waiting_on: 'bank' });
  const sha256 = hash('sha256', 'a photograph', 'hex');
  const attachments = [{ sha256, size: 12, media: 'image/png' }];
  sayOf(desk, 'N-1', { type: 'NoteAdded', text: hash('sha256', 'She sends the rest.', 'hex'), attachments });
  short('N-1', { by: { ...KAMAU, roles: [] } });
  short('W-1');
  desk.answer(approved, short('W-2'), WANJIRU);
  desk.answer(approved, short('W-3', { cause: 'goodwill' }), WANJIRU);
  desk.answer(rejected, short('W-4', { cause: 'gateway_error' }), WANJIRU);
  desk.answer(rejected, short('W-5'), ZHANG);
  const unapproved = short('W-6');
  desk.answer(approved, unapproved, { ...ZHANG, roles: ['operator', 'approver'] });
  desk.answer(approved, unapproved, OTIENO);
  desk.answer(approved, unapproved, WANJIRU, { signedBy: STRANGER });
  desk.answer(approved, unapproved, WANJIRU, { read: 'ab'.repeat(32) });
  desk.answer(approved, short('W-7'), WANJIRU);
  short('W-9', { by: KAMAU, cause: 'rounding' });
  desk.answer(approved, short('K-1', { by: NOBODYS }), WANJIRU);
  const inCash = { kind: 'explain', cause: 'cash_or_other_channel' };
  desk.answer(approved, propose('E-1', 'PAYMENT_MISSING', inCash), MUTUA);
  desk.answer(approved, propose('E-2', 'SETTLEMENT_MISSING', { kind: 'explain', cause: 'timing' }), WANJIRU);
  desk.answer(approved, link('X-1', { 'L-1': '1000.00', 'L-2': '500.00' }), WANJIRU);
  desk.answer(approved, link('X-2', { 'L-3': '900.00' }), WANJIRU);
  link('X-3', { 'L-4': '400.00' });
  return desk.said;
}

type Said<Body> = Body extends DecisionDraft ? Omit<Body, 'about' | 'case' | 'by' | 'batch'> : never;

function sayOf(desk: Desk, key: string, own: Said<DecisionDraft>): void {
  const { finding, given } = desk.of(key, 'AMOUNT_UNDER');
  const { stage, reason, subject } = finding;
  const draft = { ...own, about: key, case: { stage, reason, subject }, by: ZHANG, batch: 'b-1' } as DecisionDraft;
  desk.say(decisionFact(draft, given, SERVICE));
}

/** Two propose it and both are approved: the first closes the day. Before, somebody took a proposal back. */
async function closeOfMonday(desk: Desk, reconciler: Reconciler): Promise<readonly Fact<DecisionBody>[]> {
  const { ledger, executors, dir } = reconciler;
  const { rulesInForce, asOf } = ledger;
  const day = dayOfDate(MONDAY);
  const question = { query: 'statement', day, now: asOf, rulesHash: rulesHash(rulesInForce), merchants: null } as const;
  const { statements, heads } = await executors.ask(question);
  const about = { day: MONDAY, zone: rulesInForce.zone, merchant: EVERY_MERCHANT, as_of: formatInstant(asOf), heads };
  const files = frozenFiles(
    bookedStatements(statements, day, [], () => []),
    about,
  );
  const kept = new TextStore(dir, STATEMENTS_FOLDER);
  const frozen: PeriodClosed['statements'][number][] = [];
  for (const { text: bytes, ...file } of files) frozen.push({ ...file, sha256: await kept.keep(bytes) });
  const key = periodKey(MONDAY, EVERY_MERCHANT);
  const propose = (by: Decider) => {
    const what = { day: MONDAY, merchant: EVERY_MERCHANT, heads, statements: frozen, overruled: [], text: null };
    const draft: DecisionDraft = { type: 'PeriodClosed', about: key, case: CLOSE_CASE, by, batch: null, ...what };
    const terms = { merchant: '', at: desk.next(), key: desk.name() };
    return desk.say(decisionFact(draft, terms, SERVICE) as Fact<PeriodClosed>);
  };
  desk.answer(rejected, propose(WANJIRU), WANJIRU);
  const [first, second] = [propose(OTIENO), propose(ZHANG)];
  desk.answer(approved, first, WANJIRU);
  desk.answer(approved, second, MUTUA);
  return desk.said;
}

/** Approvals are revoked, and what was reopened by late money is written off anew. */
function workedOnThursday(desk: Desk): readonly Fact<DecisionBody>[] {
  desk.answer(rejected, proposals.get('W-3')!, MUTUA);
  desk.answer(rejected, proposals.get('X-2')!, WANJIRU);
  const { finding, given } = desk.of('W-7', 'AMOUNT_UNDER');
  desk.answer(approved, desk.say(proposed(finding, { by: ZHANG, ...given })), WANJIRU);
  return desk.said;
}
