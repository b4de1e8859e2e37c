// What a service needs for people's decisions: the key that signs them, made when it first starts, and what they write.

import { TextStore } from '../archive/texts/text-store.ts';
import { DecisionKey } from '../producers/decisions/decision-key.ts';
import { readOrMakeSecret } from '../runtime/secrets.ts';

const KEY_NAME = 'decisions.key';

export interface DecisionStores {
  readonly decisionKey: DecisionKey;
  readonly texts: TextStore;
}

export function openDecisionStores(dir: string): DecisionStores {
  const decisionKey = DecisionKey.of(readOrMakeSecret(dir, KEY_NAME, () => DecisionKey.make().bytes));
  return { decisionKey, texts: new TextStore(dir) };
}
