// Changes.

import { z } from 'zod';
import { CHANGE_KINDS, CHANGES } from '../../../domain/change.ts';
import { named } from './basic.ts';

const Change = named(
  'Change',
  z.strictObject({
    kind: z.enum(CHANGE_KINDS),
    /** Of a statement, its merchant; of a period, its day and merchant; of an alert, its name with what it is about. */
    id: z.string(),
    what: z.enum(CHANGES),
    /** The case of a proposal. */
    case: z.string().nullable(),
  }),
);

export const Changes = named(
  'Changes',
  z.strictObject({
    changes: z.array(Change),
    /** The `after` of the next page. */
    next: z.string(),
    /** Whether nothing more had changed at the time of the answer. */
    end: z.boolean(),
  }),
);
