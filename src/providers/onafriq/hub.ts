// The hub of the second product, Async Payouts: its callback `transactionStatus`, the answer to `get_trans_status`, and
// the answer to `callService`. It pays out. Sources: developers.onafriq.com, /docs/api-methods and
// /docs/sync-response-codes; the client of global-121/121-platform.

import type { PaymentStatus } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import type { Given } from './collections.ts';
import { currencyOf, SERIES, timeIn } from './values.ts';

const REFERENCE = ['thirdPartyTransId', 'third_party_trans_id', 'thirdPartyId'] as const;
const OWN_ID = ['mfsTransId', 'mfs_trans_id'] as const;
const CODE = ['status.code', 'status.status_code', 'code.status_code', 'code', 'statusCode'] as const;
const MESSAGE = ['status.messageDetail', 'status.message', 'message', 'code.message', 'statusMessage'] as const;
/** A request that came twice is refused with a code of failures; only its text tells. */
const REPEATED = /duplicate|already (?:been )?(?:exist|process|submit|receiv)/i;

export function isOfHub(object: JsonFields): boolean {
  return object.has([...REFERENCE, ...OWN_ID]);
}

export function addHubStatus(object: JsonFields, facts: BodyFacts, given: Given): void {
  const word = codeIn(object);
  const reference = referenceIn(object, REFERENCE);
  const text = object.text(MESSAGE);
  if (REPEATED.test(text ?? '')) {
    facts.ignore(object.path, reference, `a repeated request: what became of the first one holds (${word ?? text})`);
    return;
  }
  const currency = currencyOf(object, facts);
  const status = statusOf(word);
  addPayment(facts, object, {
    ...{ via: given.via, kind: 'payout', word, event: null, reference, currency },
    status: given.isStart === true && status !== 'failed' && status !== 'unclassified' ? 'initiated' : status,
    provider: object.id(OWN_ID),
    operator: object.id(['eTransId', 'e_trans_id', 'partnerTransId']),
    series: { provider: SERIES.hub, operator: SERIES.operator },
    amount: amountIn(object, 'amount', currency),
    at: timeIn(object, ['timestamp', 'timeStamp'], facts),
  });
}

function codeIn(object: JsonFields): string | null {
  return (CODE.map((path) => object.value(path)).find((value) => typeof value === 'string') as string | null) ?? null;
}

/** The answer to `callService`: each request of the batch was accepted (100) or rejected (101). */
export function batchOf(root: JsonFields): readonly JsonFields[] {
  return [...root.each('details.transResponse'), ...root.each('data.details.transResponse')];
}

/** MR102 and MR103 say that nobody knows: money may have gone out, so it must not be sent again. */
function statusOf(code: string | null): PaymentStatus {
  switch (code?.toUpperCase()) {
    case 'MR101':
      return 'succeeded';
    case 'MR102':
    case 'MR103':
      return 'inconclusive';
    case 'MR108':
    case '100':
      return 'pending';
    case '101':
      return 'failed';
    default:
      return /^ER\d+$/i.test(code ?? '') ? 'failed' : 'unclassified';
  }
}
