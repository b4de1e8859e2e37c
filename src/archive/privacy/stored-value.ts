// What is stored of a value, by what its name says of it.

import { REDACTED } from '../../runtime/known-secrets.ts';
import type { NameKind } from './personal-names.ts';
import type { Pseudonymiser } from './pseudonyms.ts';

/** Two words with a blank or a comma between them: a person's name, an address, or a sentence. */
const SEVERAL_WORDS = /\p{L}{2}[^\p{L}\s,]*[\s,]\P{L}*\p{L}{2}/u;
/** As programs write reasons: `PAYER_NOT_FOUND`. */
const CODE = /^(?:[A-Z\d]+|[A-Za-z\d]+(?:[_.:][A-Za-z\d]+)+)$/;

/** A secret goes, a pseudonym stands for what is personal, and numbers and addresses are hidden in what stays. */
export function storedValue(hider: Pseudonymiser, kind: NameKind, value: string): string {
  switch (kind) {
    case 'secret':
      return value === '' ? value : REDACTED;
    case 'personal':
    case 'person':
    case 'name':
      return hider.personal(value);
    case 'id':
      return value;
    case 'note':
      return CODE.test(value) ? hider.freeText(value) : hider.personal(value);
    case 'message':
    case 'label':
      return hider.freeText(value);
    default:
      return SEVERAL_WORDS.test(value) ? hider.personal(value) : hider.freeText(value);
  }
}
