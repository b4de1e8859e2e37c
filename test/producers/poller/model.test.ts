// The poller against a model: whatever stops, crashes, restarts or is limited, no slot is polled twice, none is missed
// while the service runs, and no budget is exceeded.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import type { StatusQuery } from '../../../src/producers/gateway.ts';
import type { Poller } from '../../../src/producers/poller/poller.ts';
import { Schedule } from '../../../src/producers/poller/schedule.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { HOUR, initiated, MINUTE, NOON, NOTHING, order, POLLING, World } from './world.ts';

type Command =
  | { readonly do: 'run' | 'stop' | 'crash'; readonly minutes: number }
  | { readonly do: 'begin'; readonly which: number }
  | { readonly do: 'limit'; readonly minutes: number };

const REFERENCES = ['SHOP-1', 'SHOP-2', 'SHOP-3'];
const schedule = new Schedule(POLLING);
const FOREVER = new Promise<never>(() => {});

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constantFrom('run', 'stop', 'crash'), minutes: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ do: fc.constant('begin'), which: fc.nat({ max: REFERENCES.length - 1 }) }),
  fc.record({ do: fc.constant('limit'), minutes: fc.integer({ min: 1, max: 20 }) }),
);

/** A world in which a poller can die: a dead poller never wakes again, makes no call and gets no response. */
class Trial {
  readonly world = new World();
  /** Calls that the gateway accepted, by reference. */
  readonly calls = new Map(REFERENCES.map((reference) => [reference, [] as number[]]));
  readonly starts = new Map(REFERENCES.map((reference) => [reference, [NOON]]));
  private limitedUntil = 0;
  private life = { isOver: false };
  private poller: Poller;

  constructor() {
    this.poller = this.begin();
  }

  async run(commands: readonly Command[]): Promise<void> {
    const { clock, sink } = this.world;
    await sink.append(REFERENCES.map((reference) => order(reference, NOON)));
    for (const each of commands) {
      if (each.do === 'run') await clock.advance(each.minutes * MINUTE);
      else if (each.do === 'limit') this.limitedUntil = clock.now() + each.minutes * MINUTE;
      else if (each.do === 'begin') {
        const reference = REFERENCES[each.which]!;
        this.starts.get(reference)!.push(clock.now());
        await sink.append([initiated(reference, clock.now())]);
      } else {
        if (each.do === 'stop') await this.poller.stop();
        this.life.isOver = true;
        clock.skip(each.minutes * MINUTE);
        this.poller = this.begin();
      }
    }
  }

  private begin(): Poller {
    const { world } = this;
    const life = { isOver: false };
    this.life = life;
    const clock: Clock = {
      now: () => world.clock.now(),
      sleep: async (millis, signal) => {
        await world.clock.sleep(millis, signal);
        if (life.isOver && signal?.aborted !== true) await FOREVER;
      },
    };
    world.answer = ({ reference, at }) => {
      if (at < this.limitedUntil) throw new GatewayLimited({}, this.limitedUntil);
      this.calls.get(reference)!.push(at);
      return NOTHING;
    };
    const account = world.account('main');
    const status = (query: StatusQuery) => (life.isOver ? FOREVER : account.gateway.status(query));
    return world.poller({
      clock,
      accounts: [{ ...account, gateway: { ...account.gateway, status } }],
      isAwaited: async () => (life.isOver ? FOREVER : { isAwaited: true, lastLook: null }),
    });
  }

  async end(): Promise<void> {
    await this.poller.stop();
  }
}

/** The index of the last slot at or before an instant; -1 before the first. */
function slotOf(start: number, reference: string, at: number): number {
  let slot = -1;
  while (slot + 1 < schedule.budget && schedule.slotAt(start, reference, slot + 1) <= at) slot++;
  return slot;
}

test('no slot twice, none missed, no budget exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 14 }), async (commands) => {
      const trial = new Trial();
      await trial.run(commands);
      const { clock } = trial.world;
      // By then the longest limit is over, and so is the wait of postponed payments beyond it.
      await clock.advance(30 * MINUTE);
      const quietFrom = clock.now();
      await clock.advance(24 * HOUR);
      await trial.end();
      for (const reference of REFERENCES) {
        const calls = trial.calls.get(reference)!;
        const starts = [...new Set(trial.starts.get(reference)!)];
        const asked = calls.map((at) => {
          const start = starts.findLast((each) => each <= at)!;
          return `${start} ${slotOf(start, reference, at)}`;
        });
        expect(new Set(asked).size).toBe(asked.length);
        const last = starts.at(-1)!;
        const own = Array.from({ length: schedule.budget }, (_, index) => schedule.slotAt(last, reference, index));
        for (const slot of own) if (slot > quietFrom) expect(calls).toContain(slot);
        expect(calls.filter((at) => at > last).length).toBeLessThanOrEqual(schedule.budget);
        expect(calls.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 40 },
  );
}, 30_000);
