// Keys whose movements would leave a residual are named to who watches, without anybody asking for a statement.
import { afterEach, expect, test, vi } from 'vitest';
import { PartCourses } from '../../../src/projections/day-sums/part-courses.ts';
import { order, withLiveLedger } from './given-live-ledger.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('they are named, and at most twenty of them', () =>
  withLiveLedger(async ({ ledger }) => {
    const { takeIn } = PartCourses.prototype;
    // There are none: so every key is called one here.
    vi.spyOn(PartCourses.prototype, 'takeIn').mockImplementation(function (this: PartCourses, now, most) {
      const count = takeIn.call(this, now, most);
      for (let slot = 0; slot < this.task.table.count; slot++) this.uneven.add(slot);
      return count;
    });
    const { preparation } = ledger.statements;
    expect(preparation.uneven).toEqual([]);
    await ledger.writer.append([order('A-1')]);
    await ledger.loop.catchUp();
    await preparation.ready();
    expect(preparation.uneven).toEqual(['A-1']);
    await ledger.writer.append(Array.from({ length: 60 }, (_, at) => order(`B-${at}`)));
    await ledger.loop.catchUp();
    await preparation.ready();
    expect(preparation.uneven).toHaveLength(20);
  }));
