// How a day ended, from its report: of all merchants by its summary, of some by what it says of each.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { addDecimal, decimalOf, formatDecimal, parseDecimal } from '../../domain/decimal.ts';

const amount = z.string().refine((text) => parseDecimal(text) !== undefined);

/** What is read of a summary; whatever else it has is passed by. */
const Outcome = z.object({
  keys: z.int(),
  standing: z.object({ unmatched: z.int() }),
  breaks: z.record(z.string(), z.int()),
  money: z.record(z.string(), z.object({ received: amount })),
  break_value: z.record(z.string(), z.record(z.string(), amount)),
});
const Summary = Outcome.extend({ as_of: z.string() });
const Merchants = z.object({ as_of: z.string(), merchants: z.array(Outcome.extend({ merchant: z.string() })) });

/** Null where the report cannot be read, or says nothing of single merchants. `merchants` null are all. */
export async function reportedDay(
  day: string,
  folder: string,
  merchants: readonly string[] | null,
): Promise<object | null> {
  if (merchants === null) {
    const read = Summary.safeParse(await parsed(folder, 'summary.json'));
    return read.success ? dayOf(day, read.data.as_of, [read.data]) : null;
  }
  const read = Merchants.safeParse(await parsed(folder, 'merchants.json'));
  if (!read.success) return null;
  const own = read.data.merchants.filter(({ merchant }) => merchants.includes(merchant));
  return dayOf(day, read.data.as_of, own);
}

function dayOf(day: string, as_of: string, outcomes: readonly z.output<typeof Outcome>[]): object {
  const [received, values] = [new Map<string, string>(), new Map<string, string>()];
  for (const { money, break_value } of outcomes) {
    for (const [currency, sums] of Object.entries(money)) add(received, currency, sums.received);
    for (const sums of Object.values(break_value)) {
      for (const [currency, value] of Object.entries(sums)) add(values, currency, value);
    }
  }
  const sumOf = (count: (outcome: z.output<typeof Outcome>) => number) =>
    outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
  return {
    ...{ day, as_of, keys: sumOf(({ keys }) => keys), unmatched: sumOf(({ standing }) => standing.unmatched) },
    breaks: sumOf(({ breaks }) => Object.values(breaks).reduce((sum, count) => sum + count, 0)),
    money: [...new Set([...received.keys(), ...values.keys()])].sort().map((currency) => {
      return { currency, received: received.get(currency) ?? '0', breaks: values.get(currency) ?? '0' };
    }),
  };
}

function add(sums: Map<string, string>, currency: string, amount: string): void {
  sums.set(currency, formatDecimal(addDecimal(decimalOf(sums.get(currency) ?? '0'), decimalOf(amount))));
}

async function parsed(folder: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8'));
  } catch {
    return null;
  }
}
