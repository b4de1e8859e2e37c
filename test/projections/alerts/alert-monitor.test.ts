// The alert monitor: a round every half minute, whatever happened in the last one.
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { ReasonCode } from '../../../src/domain/reasons.ts';
import { AlertMonitor } from '../../../src/projections/alerts/alert-monitor.ts';
import { ledgerVitals, type Vitals } from '../../../src/projections/alerts/vitals.ts';
import { ledgerSums, mergeLedgerSums } from '../../../src/projections/ledger-sums.ts';
import { breakValues } from '../../../src/task/break-value.ts';
import { emptyOverview, type OpenFinding } from '../../../src/task/overview.ts';
import { draft } from '../../outbound/outbox/ledger.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { MINUTE, NOON } from './world.ts';

describe('the alert monitor', () => {
  function given(learn: (look: number) => Promise<Vitals>) {
    const clock = new ManualClock(NOON);
    const [looks, evaluated, logged]: [number[], Vitals[], string[]] = [[], [], []];
    const watch = new AlertMonitor({
      alerts: { evaluate: (vitals) => evaluated.push(vitals) },
      vitals: () => learn(looks.push(clock.now() - NOON)),
      clock,
      logger: pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line).msg) }),
    });
    return { clock, watch, looks, evaluated, logged };
  }

  /** Lets the real-time pause between two rounds pass as well. */
  async function until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  test('starts at once, then every half minute, also after a failed round', async () => {
    const found = [1, 2, 3].map((at) => ({ at }) as Vitals);
    const { clock, watch, looks, evaluated, logged } = given(async (look) => {
      if (look === 2) throw new Error('the ledger is closed');
      return found[look - 1]!;
    });
    watch.start();
    watch.start();
    for (const look of [1, 2, 3]) {
      await until(() => looks.length === look);
      await clock.advance(MINUTE / 2);
    }
    await watch.stop();
    expect(looks.slice(0, 3)).toEqual([0, MINUTE / 2, MINUTE]);
    expect(evaluated.slice(0, 2)).toEqual([found[0], found[2]]);
    expect(logged).toEqual(['the alerts could not be evaluated']);
  });

  test('runs no round after it is stopped', async () => {
    const { clock, watch, looks } = given(async () => ({ at: 1 }) as Vitals);
    watch.start();
    await clock.settle();
    await watch.stop();
    clock.skip(MINUTE);
    expect(looks).toEqual([0]);
  });
});

describe('the vitals of the ledger', () => {
  type Money = OpenFinding['money'];
  const open = (reason: ReasonCode, difference: string | null, currency: string | null, money: Money = []) => {
    const { finding, ...about } = draft({ key: 'A-1', reason }, NOON);
    const whole = { ...finding, reason, difference, currency };
    return { ...about, standing: 'unmatched', finding: whole, entryId: '1-0-1', money } as OpenFinding;
  };
  const received = (currency: string, minor: bigint): Money => [{ currency, received: minor, returned: 0n }];
  const vitalsOf = (...findings: readonly OpenFinding[]) => {
    const { all } = emptyOverview();
    const standing = { closed: 1, matched: 90, resolved: 0, pending: 2, unmatched: 7 };
    const hundred = { ...all, keys: 100, standing };
    const whole = ledgerSums({ all: hundred, findings: [...findings] });
    const parts = findings.map((one) => ledgerSums({ all, findings: [one] }));
    // What several threads have adds up to the same.
    expect(mergeLedgerSums([ledgerSums({ all: hundred, findings: [] }), ...parts])).toEqual(whole);
    return ledgerVitals(whole);
  };

  test('are its keys, and the sums of its breaks in either direction', () => {
    const found = vitalsOf(
      open('PAYMENT_MISSING', '-1000.00', 'KES'),
      open('AMOUNT_OVER', '0.50', 'KES'),
      open('SETTLEMENT_MISSING', '-700', 'UGX'),
    );
    const values = new Map(Object.entries({ KES: 100_050n, UGX: 700n }));
    expect(found).toEqual({ keys: 100, unmatched: 7, values, unsigned: new Map() });
  });

  test('count the payments of which only unsigned callbacks speak, by provider', () => {
    const inconclusive = open('PAYMENT_INCONCLUSIVE', null, null);
    const saying = (observed: string) => ({ ...inconclusive, finding: { ...inconclusive.finding, observed } });
    const { unsigned } = vitalsOf(saying('unsigned'), saying('inconclusive'), saying('unsigned'));
    expect([...unsigned.values()]).toEqual([2]);
  });

  test("count the key's received money for a break without an amount, like the summary", () => {
    const findings = [
      open('STATUS_CONFLICT', null, null, received('KES', 9_000_000n)),
      open('CURRENCY_MISMATCH', '1.00', 'KES', [...received('KES', 500n), ...received('UGX', 700n)]),
      open('AMOUNT_OVER', '0.50', 'KES', received('KES', 100_050n)),
    ];
    expect(vitalsOf(...findings).values).toEqual(new Map(Object.entries({ KES: 9_000_550n, UGX: 700n })));
    expect(breakValues(findings)).toEqual(
      new Map<string, Map<string, bigint>>([
        ['STATUS_CONFLICT', new Map([['KES', 9_000_000n]])],
        [
          'CURRENCY_MISMATCH',
          new Map([
            ['KES', 500n],
            ['UGX', 700n],
          ]),
        ],
        ['AMOUNT_OVER', new Map([['KES', 50n]])],
      ]),
    );
  });

  test('do not count notices, ends, words and breaks without an amount', () => {
    const found = vitalsOf(
      open('ORDER_EXPIRED', '-1000.00', 'KES', received('KES', 1n)),
      open('SETTLEMENT_LATE', '3', 'KES', received('KES', 1n)),
      open('STATUS_CONFLICT', '1.00', 'KES'),
      open('PAYMENT_MISSING', null, 'KES'),
      open('PAYMENT_MISSING', '1.00', null),
    );
    expect(found.values).toEqual(new Map());
  });
});
