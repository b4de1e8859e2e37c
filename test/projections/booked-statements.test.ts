// Statements of closed days over arbitrary worlds: what comes late is in the first open day, so each day opens as the
// one before closed, nothing is left unexplained, and neither order nor repetition changes it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/domain/bytes.ts';
import { dateOfDay, dayOfDate } from '../../src/domain/calendar.ts';
import { addDecimal, decimalOf, normalDecimal } from '../../src/domain/decimal.ts';
import type { Claim } from '../../src/domain/fact.ts';
import { assessKey } from '../../src/matching/assess-key.ts';
import { EMPTY_STATE, evolveAll, type PaymentState } from '../../src/matching/evolve.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { type BookedStatement, bookedStatements, frozenFiles } from '../../src/projections/booked-statements.ts';
import type { ClosedDay } from '../../src/projections/closed-days.ts';
import { type FrozenPart, frozenParts } from '../../src/projections/frozen-statement.ts';
import type { StatementTasks } from '../../src/projections/statement-keys.ts';
import { statementSums } from '../../src/projections/statements.ts';
import { writeAssessment } from '../../src/task/assessment-codec.ts';
import { claimSets } from '../matching/claim-pools.ts';
import { t } from '../matching/given.ts';
import { approved, closing } from '../matching/given-decisions.ts';

const RULES = compileRules(
  parseRules({ fees: [{ currency: 'KES', percent: '1.5', flat: '0', min: '0', max: '200', tolerance: '0.01' }] }),
);
const NOW = t('20 00:00');
const DAYS = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'] as const;

/** The keys as a task has them. */
function tasksOf(states: readonly PaymentState[]): StatementTasks {
  const places = states.map((state, at) => {
    const writer = new ByteWriter(16);
    if (state.claims.length > 0) writeAssessment(writer, assessKey(`K-${at}`, state, RULES, NOW));
    const bytes = writer.take();
    return { bytes, from: 0, to: bytes.length };
  });
  const table = {
    ...{ count: states.length, packed: undefined, keys: { keyOf: (slot: number) => `K-${slot}` } },
    assessmentOf: (slot: number) => places[slot]!,
  };
  return [{ table, head: { partition: 0 }, stateAt: (slot: number) => states[slot]! }] as unknown as StatementTasks;
}

/** A fact of a key, and before which of the closes it came: from the last one on it came after all. */
interface Said {
  readonly key: number;
  readonly claim: Claim;
  readonly round: number;
}

const KEYS = 2;
const worlds = fc
  .array(
    claimSets.map((claims) => claims.filter(({ body }) => body.type !== 'Handoff')),
    { minLength: KEYS, maxLength: KEYS },
  )
  .chain((keys) => {
    const all = keys.flatMap((claims, key) => claims.map((claim) => ({ key, claim })));
    return fc
      .array(fc.nat(DAYS.length), { minLength: all.length, maxLength: all.length })
      .map((rounds) => all.map((said, at): Said => ({ ...said, round: rounds[at]! })));
  });

const statesOf = (said: readonly Said[], place: (key: number, claims: Claim[]) => Claim[]) =>
  Array.from({ length: KEYS }, (_, key) => {
    const claims = said.filter((one) => one.key === key).map(({ claim }) => claim);
    return evolveAll(EMPTY_STATE, place(key, claims)).state;
  });

class World {
  readonly closed: ClosedDay[] = [];
  private readonly frozen = new Map<ClosedDay, readonly FrozenPart[]>();
  private readonly place: (key: number, claims: Claim[]) => Claim[];

  constructor(place: (key: number, claims: Claim[]) => Claim[]) {
    this.place = place;
  }

  statements(said: readonly Said[], day: string): BookedStatement[] {
    const question = { day: dayOfDate(day), now: NOW, rulesHash: '', merchants: null };
    const sums = statementSums(tasksOf(statesOf(said, this.place)), RULES, question);
    return bookedStatements(sums, question.day, this.closed, (close) => this.frozen.get(close) ?? []);
  }

  close(said: readonly Said[], day: string): void {
    const about = { day, zone: 'Asia/Shanghai', merchant: '*', as_of: '', heads: [] };
    const files = frozenFiles(this.statements(said, day), about);
    const statements = files.map(({ text: _, ...file }) => ({ ...file, sha256: 'ab'.repeat(32), entry: null }));
    const proposal = closing({ day, statements });
    const approval = approved(proposal);
    const close = { proposal, content: '', state: 'effective', approval, rejection: null } as const;
    const closedDay: ClosedDay = { day, merchant: '*', close, statements };
    this.closed.push(closedDay);
    this.frozen.set(
      closedDay,
      files.flatMap(({ text }) => frozenParts(text)),
    );
  }
}

const nameOf = ({ statement }: BookedStatement) =>
  [statement.merchant, statement.provider, statement.currency].join('/');
const balances = (booked: readonly BookedStatement[], name: 'opening' | 'closing') =>
  Object.fromEntries(
    booked.flatMap((one) => {
      const value = normalDecimal(decimalOf(one.statement.gateway[name]), 0);
      return value === '0' ? [] : [[nameOf(one), value] as const];
    }),
  );

function addsUp({ statement: { gateway, late } }: BookedStatement): boolean {
  const outside = ['exchanged', 'own_money', 'account_fee', 'payout', 'bank'];
  const moves = [...gateway.moves, ...late.filter(({ what }) => !outside.includes(what))];
  const signed = moves.map(({ sign, value }) =>
    sign === '+' ? value : value.startsWith('-') ? value.slice(1) : `-${value}`,
  );
  const sum = [gateway.opening, ...signed].map((text) => decimalOf(text)).reduce(addDecimal);
  return normalDecimal(sum, 0) === normalDecimal(decimalOf(gateway.closing), 0);
}

test('whatever comes late, each day opens as the one before closed, and nothing is left unexplained', () => {
  fc.assert(
    fc.property(worlds, fc.nat(1_000), (said, seed) => {
      const world = new World((_, claims) => claims);
      const others = new World((key, claims) => {
        const shuffled = claims.toSorted((left, right) => rank(left, seed + key) - rank(right, seed + key));
        return [...shuffled, ...claims];
      });
      for (const [at, day] of DAYS.slice(0, -1).entries()) {
        const known = said.filter(({ round }) => round <= at);
        world.close(known, day);
        others.close(known, day);
      }
      const days = DAYS.map((day) => world.statements(said, day));
      expect(others.statements(said, DAYS.at(-1)!)).toEqual(days.at(-1));
      for (const [at, booked] of days.entries()) {
        for (const one of booked) {
          expect([one.statement.residual.replace(/[.0]/g, ''), one.statement.residual_keys]).toEqual(['', []]);
          expect(addsUp(one)).toBe(true);
        }
        if (at > 0) expect(balances(booked, 'opening')).toEqual(balances(days[at - 1]!, 'closing'));
      }
      // At the end of the first open day all is booked, wherever it came.
      const plain = new World((_, claims) => claims).statements(said, DAYS.at(-1)!);
      expect(balances(days.at(-1)!, 'closing')).toEqual(balances(plain, 'closing'));
      const next = dateOfDay(dayOfDate(DAYS.at(-1)!) + 1);
      expect(world.statements(said, next).flatMap(({ statement }) => statement.late)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

function rank({ id }: Claim, seed: number): number {
  let sum = seed;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 1_009;
  return sum;
}
