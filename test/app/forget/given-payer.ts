// A ledger of files in which one payer's number stands in many forms, beside another payer's.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ForgetReport, forget } from '../../../src/app/forget.ts';
import { reconcile } from '../../../src/app/reconcile.ts';
import { subjectOf } from '../../../src/archive/privacy/subject.ts';
import { forgetInService } from '../../../src/service/forget-in-service.ts';

export const NUMBER = '+254712345678';
export const OTHER = '+254733987654';
/** As people and networks write it. */
export const FORMS = [
  ...['+254712345678', '254712345678', '0712345678', '0712 345 678', '+254 712 345 678', '+254-712-345-678'],
  ...['00254712345678', '(0712) 345678', '+254 (0)712 345678', '0712-345678', '712345678'],
];
export const AS_OF = '2026-06-03T00:00:00Z';
const NOW = Date.parse('2026-06-04T00:00:00Z');

/** One order and one callback for each form, and for the other payer. */
export function writePayer(dir: string, more = ''): { readonly orders: string; readonly callbacks: string } {
  const forms = [...FORMS, OTHER];
  const head = 'merchant,transaction_reference,amount,currency,placed_at,country,msisdn';
  const orders = forms.map((form, at) => `duka,A-${at},10.00,KES,2026-06-01T08:00:00Z,KE,${form}`);
  const callbacks = forms.map((form, at) =>
    JSON.stringify({
      ...{ id: `e-${at}`, event: 'payment.success', created_at: '2026-06-01T08:05:00Z' },
      data: {
        ...{ transaction_reference: `A-${at}`, transaction_id: `P-${at}`, amount: '10.00', currency: 'KES' },
        ...{ msisdn: form, note: `by ${form}` },
      },
    }),
  );
  const paths = {
    orders: join(dir, `orders${more.length}.csv`),
    callbacks: join(dir, `callbacks${more.length}.jsonl`),
  };
  writeFileSync(paths.orders, `${[head, ...orders, ''].join('\n')}${more}`);
  writeFileSync(paths.callbacks, `${callbacks.join('\n')}\n${more}`);
  return paths;
}

export async function reconcilePayer(dir: string, data: string, more = '') {
  const { orders, callbacks } = writePayer(dir, more);
  const about = { provider: 'mfs-africa', lang: 'en' as const, data, asOf: AS_OF };
  const { summary } = await reconcile({ ...about, orders: [orders], callbacks: [callbacks] });
  return summary;
}

export function forgetNumber(data: string, number = NUMBER): Promise<ForgetReport> {
  const subject = subjectOf(number)!;
  return forget({ data, subject, now: NOW, ofService: () => forgetInService(data, subject, NOW) });
}
