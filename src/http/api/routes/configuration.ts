// The route of what is configured for people: the channels of notices, and who gets which cases.

import { z } from 'zod';
import { REASON_CODES } from '../../../domain/reasons.ts';
import { json, type Route, route } from '../route.ts';
import { named } from '../schemas/basic.ts';

const RoutingRow = z.strictObject({
  /** What a row leaves out fits every case. */
  ...{ merchant: z.string().nullable(), provider: z.string().nullable(), reason: z.enum(REASON_CODES).nullable() },
  ...{ currency: z.string().nullable(), value_from: z.string().nullable() },
  owner: z.string(),
  escalate_to: z.string().nullable(),
  /** Business days after the day on which it was opened. */
  due_days: z.int().nullable(),
  /** How many open cases it catches now: an earlier row takes its own first. */
  catches: z.int(),
});

const Configured = named(
  'Configured',
  z.strictObject({
    routing: z.array(RoutingRow),
    /** Open cases that no row catches. */
    uncaught: z.int(),
    channels: z.array(
      z.strictObject({
        ...{ name: z.string(), kind: z.string(), language: z.string() },
        ...{ events: z.array(z.string()), merchants: z.array(z.string()) },
      }),
    ),
    /** Whether there is a mail server: without it nobody gets a mail. */
    mail: z.boolean(),
  }),
);

export const CONFIGURATION_ROUTE: Route = route({
  method: 'GET',
  url: '/v1/configuration',
  summary: 'The channels of notices, and who gets which cases, with how many each row catches now',
  description: 'As hesabu.yaml has it; no address and no secret is told.',
  roles: ['admin'],
  people: ['admin'],
  scope: 'organisation',
  answers: { 200: json('What is configured', Configured) },
  handle: async ({ parts }) => {
    const { rows, caught, uncaught } = await parts.ledger.cases.routing();
    const routing = rows.map((row, at) => ({
      ...{ merchant: row.merchant ?? null, provider: row.provider ?? null, reason: row.reason ?? null },
      ...{ currency: row.currency ?? null, value_from: row.value_from ?? null, owner: row.owner },
      ...{ escalate_to: row.escalate_to ?? null, due_days: row.due ?? null, catches: caught[at]! },
    }));
    return { status: 200, body: { routing, uncaught, ...parts.notices.configured() } };
  },
});
