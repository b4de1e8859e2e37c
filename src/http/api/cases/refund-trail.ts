// The calls of gateways for proposed refunds in the audit trail: nobody's request makes them, and each may send money.

import { newExchangeId } from '../../../archive/exchanges/exchange-id.ts';
import { Redactor } from '../../../archive/privacy/redactor.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatMinor, minorOf } from '../../../domain/money.ts';
import { problemOf } from '../../problem.ts';
import type { ApiContext } from '../api-context.ts';
import type { AskedRefund } from '../asked-money.ts';
import { REFUND_SENDING } from '../call-kinds.ts';
import { SERVICE_ROLE, trailName } from '../call-trail.ts';
import type { RefundProposal } from '../refund-proposals.ts';

type Parts = Pick<ApiContext, 'tables' | 'clock' | 'pseudonym'>;

/** What a call came to: taken, refused, not answered clearly, or not made now. */
export type SendingEnd = 'sent' | 'failed' | 'unclear' | 'waiting';

/** Nobody knows whether it was done: as a gateway's own time-out. */
const UNCLEAR = 504;
const TAKEN = 202;

export type NoteEnd = (end: SendingEnd, about: unknown) => Promise<void>;

/** Resolves when the trail has it on the disk that the gateway is asked; what is given notes what came of it. */
export async function noteSending(
  { tables: { trail }, clock, pseudonym }: Parts,
  { id: proposal, reference }: RefundProposal,
  { account, amount, currency, payment }: AskedRefund,
): Promise<NoteEnd> {
  const redactor = new Redactor(pseudonym);
  const request = newExchangeId(clock.now());
  const names = [reference, proposal].map((name) => trailName(redactor, name));
  const shown = formatMinor(minorOf(amount, currency), currency);
  const body = JSON.stringify({ proposal, account, payment, amount: shown, currency });
  const call = {
    ...{ request, at: clock.now(), key: SERVICE_ROLE, person: null, role: SERVICE_ROLE, address: '' },
    ...{ route: REFUND_SENDING, names, query: '', body },
  } as const;
  const id = await trail.asked(call, null);
  return async (end, about) => {
    const fault = end === 'sent' ? null : problemOf(about, request, REFUND_SENDING, clock.now());
    const status = fault === null ? TAKEN : end === 'unclear' ? UNCLEAR : fault.status;
    const found = end === 'sent' && typeof about === 'string' ? [about] : [];
    const code = about instanceof HesabuError ? about.code : (fault?.body.code ?? null);
    // What was sent stays so where this cannot be written: then its end is not known there.
    await trail.answered(id, names, { at: clock.now(), status, code, replayed: false, names: found }).catch(() => {});
  };
}
