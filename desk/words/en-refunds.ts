// The words of refunds that people propose, in English.

import type { Words } from './zh.ts';

export const REFUND_WORDS_EN: Pick<Words, 'refund'> = {
  refund: {
    amount: 'Amount to return',
    most: (amount) => `at most ${amount}`,
    fault: (amount) => `Enter an amount above zero, at most ${amount}, with no more decimals than its currency has.`,
    follows: (name) =>
      `Once the proposal holds, or a second person approved it where one must, the money goes back to the customer ` +
      `through ${name}. Then it cannot be taken back.`,
    onApproval: (amount, name) =>
      `Once you approve, ${amount} goes back to the customer through ${name}. It cannot be taken back.`,
    made: 'The proposal holds; the gateway is being asked for the refund.',
    approved: (key) => `The refund of ${key} is approved; the gateway is being asked.`,
    states: {
      waiting: 'the refund is not sent yet',
      held: 'the refund awaits another approval: with what went back before it reaches the threshold',
      asked: 'the gateway is being asked for the refund',
      unclear: 'the gateway was asked, and its answer was not clear: return nothing by hand before you looked there',
      sent: 'the gateway took the refund; its evidence will come',
      failed: 'the refund was not sent',
      stopped: 'the refund was not sent: it was rejected, or the evidence changed',
    },
    signs: {
      ...{ waiting: 'refund waits', sent: 'refund sent', succeeded: 'returned', failed: 'refund failed' },
      unclear: 'refund unclear',
    },
    none: 'no refund',
    ends: { returned_to_customer: 'returned to the customer' },
    unknown: 'this service did not take the proposal, and sends nothing for it: look at the gateway',
    codes: {
      HESABU_GATEWAY_REFUSED: 'the gateway refused it',
      HESABU_GATEWAY_FAILED: 'the gateway gave no clear answer',
      HESABU_AMOUNT_RANGE: 'less is left to return, or the gateway returns whole payments only',
      HESABU_AMOUNT_PRECISION: 'the operator takes no such decimals',
      HESABU_ORDER_CLOSED: 'nothing is paid of the order',
      HESABU_NOT_FOUND: 'the order or its account is gone',
      HESABU_PROVIDER_CANNOT: 'this network gives nothing back',
      HESABU_APPROVAL_DECIDED: 'nobody approved it',
      HESABU_PERSON_MISSING: 'nobody knows who proposed it',
    },
    refused: {
      HESABU_APPROVAL_DECIDED: 'The gateway was asked for this refund already: it is no more withdrawn or rejected.',
      HESABU_AMOUNT_RANGE:
        'Less than this is left, with what goes back otherwise: look at the refunds before it. A refund for goods is ' +
        'sent directly, by the API, and not by the case.',
      HESABU_PROVIDER_CANNOT: 'This network gives nothing back through its gateway.',
    },
  },
};
