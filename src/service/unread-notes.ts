// Notes of webhooks that were not understood: what was not understood is quoted in them, and may be somebody's number.

import { type Pseudonym, Pseudonymiser } from '../archive/privacy/pseudonyms.ts';
import type { UnreadWebhooks } from '../producers/webhooks/unread-webhooks.ts';

export function withoutPhones(unread: Pick<UnreadWebhooks, 'add'>, pseudonym: Pseudonym): Pick<UnreadWebhooks, 'add'> {
  const hider = new Pseudonymiser(pseudonym);
  return { add: (one) => unread.add({ ...one, fault: hider.freeText(one.fault) }) };
}
