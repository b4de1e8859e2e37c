// Notes on unread webhooks quote the text that was not understood. A phone number in them is hidden.

import { type Pseudonym, Pseudonymiser } from '../archive/privacy/pseudonyms.ts';
import type { UnreadWebhooks } from '../producers/webhooks/unread-webhooks.ts';

export function withoutPhones(unread: Pick<UnreadWebhooks, 'add'>, pseudonym: Pseudonym): Pick<UnreadWebhooks, 'add'> {
  const hider = new Pseudonymiser(pseudonym);
  return { add: (one) => unread.add({ ...one, fault: hider.freeText(one.fault) }) };
}
