// When a day is told as ready to be closed: once, in its turn.
import { expect, test } from 'vitest';
import type { Fact } from '../../src/domain/fact.ts';
import { dateAfter } from '../../src/projections/closed-days.ts';
import { approved, CLOSED_DAY, closing } from '../matching/given-decisions.ts';
import { withNotices } from './given-notices.ts';

const HOUR = 3_600_000;

test('the day that comes next is told once, when it lacks nothing and nobody has proposed to close it', () =>
  withNotices(async (world) => {
    const { ledger, clock } = world.given;
    world.person('Chen', 'approver', '*');
    world.person('Asha', 'operator', '*');
    world.person('Other', 'operator', 'shop-1');
    const told = async (...facts: readonly Fact[]) => {
      clock.at += HOUR;
      await ledger.writer.append(facts);
      return (await world.told()).filter((line) => line.startsWith('day.ready'));
    };
    const next = dateAfter(CLOSED_DAY);
    world.ready.add(`${next} *`);
    // Where no day is closed, none is told of.
    expect(await told()).toEqual([]);
    const close = closing();
    world.ready.delete(`${next} *`);
    expect(await told(close, approved(close, { at: Date.parse('2026-03-21T08:00:00Z') }))).toEqual([]);
    world.ready.add(`${next} *`);
    expect(await told()).toEqual(['Asha', 'Chen', 'room'].map((who) => `day.ready ${next}:* -> ${who}`));
    expect(await told()).toEqual([]);
    world.again();
    expect(await told()).toEqual([]);
  }));
