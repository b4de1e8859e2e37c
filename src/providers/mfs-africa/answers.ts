// The gateway's answers, read strictly: the shapes of its contract, and amounts as they were written.

import { z } from 'zod';
import type { Fact } from '../../domain/fact.ts';
import { isClaimTime, parseInstant } from '../../domain/time.ts';
import { numbersAsTexts } from '../../producers/files/json-text.ts';
import type { Fault } from '../../producers/formats/row.ts';
import type { Operator } from '../../producers/gateway.ts';
import { type Asked, type Ids, initiatedFact } from '../../producers/gateway-answers.ts';

const id = z.string().min(1).max(256);
const FAULT = z.object({ error: z.object({ code: z.string(), message: z.string().default('') }) });
const INITIATED = z.object({ transaction_id: id, request_id: id.optional(), created_at: z.string() });
const REFUNDED = z.object({ refund_id: id, created_at: z.string() });
const OPERATORS = z.object({
  operators: z.array(
    z.object({
      code: id,
      name: z.string(),
      country: z.string().length(2),
      currencies: z.array(z.string().length(3)),
      amount_decimals: z
        .string()
        .regex(/^[0-6]$/)
        .nullable()
        .default(null),
    }),
  ),
});

/** The gateway's own text for a refusal, shortened; undefined if the body has none. */
export function faultIn(body: Buffer): { readonly code: string; readonly message: string } | undefined {
  const read = parse(body, FAULT);
  return read === undefined
    ? undefined
    : { code: read.error.code.slice(0, 60), message: read.error.message.slice(0, 200) };
}

export function readOperators(body: Buffer): Operator[] | undefined {
  return parse(body, OPERATORS)?.operators.map(({ amount_decimals: decimals, ...operator }) => ({
    ...operator,
    amountDecimals: decimals === null ? null : Number(decimals),
  }));
}

/** The gateway accepted a payment request: this links its ids with the reference and says nothing of the money. */
export function readInitiation(body: Buffer, asked: Asked): Fact | Fault {
  const read = parse(body, INITIATED);
  if (read === undefined) return notUnderstood('transaction_id and created_at');
  const ids = { provider_transaction_id: read.transaction_id, request_id: read.request_id ?? null };
  return initiated(asked, 'payment', read.transaction_id, read.created_at, { ...ids, original_transaction_id: null });
}

/** The gateway accepted a refund of the payment with the id `original`. */
export function readRefund(body: Buffer, asked: Asked, original: string): Fact | Fault {
  const read = parse(body, REFUNDED);
  if (read === undefined) return notUnderstood('refund_id and created_at');
  const ids = { provider_transaction_id: read.refund_id, request_id: null };
  return initiated(asked, 'refund', read.refund_id, read.created_at, { ...ids, original_transaction_id: original });
}

function initiated(asked: Asked, kind: 'payment' | 'refund', name: string, createdAt: string, ids: Ids): Fact | Fault {
  const at = parseInstant(createdAt);
  return at === undefined || !isClaimTime(at)
    ? notUnderstood('created_at, a time with an offset')
    : initiatedFact(asked, { kind, name, at, ids });
}

function notUnderstood(expected: string): Fault {
  return { field: '', code: 'HESABU_ROW_SHAPE', expected, found: 'an answer of another shape' };
}

/** Numbers become texts as they were written: an id or an amount must not pass through a float. */
function parse<Shape extends z.ZodType>(body: Buffer, shape: Shape): z.output<Shape> | undefined {
  try {
    const read = shape.safeParse(JSON.parse(numbersAsTexts(body.toString('utf8'))));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
