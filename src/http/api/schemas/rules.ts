// The history of rules.

import { z } from 'zod';
import { amount, instant, named } from './basic.ts';

export const RulesChanges = named(
  'RulesChanges',
  z.strictObject({
    /** Whether the whole ledger was read; otherwise another request reads on. */
    is_whole: z.boolean(),
    changes: z.array(
      z.strictObject({
        /** The hash of the new rules, and of those before; null for the first ones. */
        rules: z.string(),
        before: z.string().nullable(),
        at: instant,
        /** The parts that differ, as JSON; null where one is not there. At most 100. */
        differences: z.array(
          z.strictObject({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
        ),
        /** The open cases that they ended and no fact did, and what these were worth. */
        count: z.int(),
        value: z.array(z.strictObject({ currency: z.string(), amount })),
      }),
    ),
  }),
);
