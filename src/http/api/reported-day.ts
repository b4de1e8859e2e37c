// How a day ended, from the summary of its report.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { addDecimal, decimalOf, formatDecimal, parseDecimal } from '../../domain/decimal.ts';

const amount = z.string().refine((text) => parseDecimal(text) !== undefined);

/** What is read of `summary.json`; whatever else it has is passed by. */
const Summary = z.object({
  as_of: z.string(),
  keys: z.int(),
  standing: z.object({ unmatched: z.int() }),
  breaks: z.record(z.string(), z.int()),
  money: z.record(z.string(), z.object({ received: amount })),
  break_value: z.record(z.string(), z.record(z.string(), amount)),
});

/** Null where the report cannot be read. */
export async function reportedDay(day: string, folder: string): Promise<object | null> {
  const text = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => '');
  const read = Summary.safeParse(parsed(text));
  if (!read.success) return null;
  const { as_of, keys, standing, breaks, money, break_value } = read.data;
  const values = new Map<string, string>();
  for (const [currency, value] of Object.values(break_value).flatMap((one) => Object.entries(one))) {
    values.set(currency, formatDecimal(addDecimal(decimalOf(values.get(currency) ?? '0'), decimalOf(value))));
  }
  const currencies = [...new Set([...Object.keys(money), ...values.keys()])].sort();
  return {
    ...{ day, as_of, keys, unmatched: standing.unmatched },
    breaks: Object.values(breaks).reduce((sum, count) => sum + count, 0),
    money: currencies.map((currency) => {
      return { currency, received: money[currency]?.received ?? '0', breaks: values.get(currency) ?? '0' };
    }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
