// What a service needs for people's decisions: the key that signs them, made when it first starts, what they write, and
// the statements of the days that they close.

import type { Logger } from 'pino';
import { BlobStore } from '../archive/texts/blob-store.ts';
import { STATEMENTS_FOLDER, TextStore } from '../archive/texts/text-store.ts';
import { DecisionKey } from '../producers/decisions/decision-key.ts';
import { readOrMakeSecret } from '../runtime/secrets.ts';

const KEY_NAME = 'decisions.key';

export interface DecisionStores {
  readonly decisionKey: DecisionKey;
  readonly texts: TextStore;
  readonly statementFiles: TextStore;
  readonly blobs: BlobStore;
}

/** Logs the public half of the key: on Kafka it is for the rules of the workers. */
export function openDecisionStores(dir: string, logger: Logger): DecisionStores {
  const decisionKey = DecisionKey.of(readOrMakeSecret(dir, KEY_NAME, () => DecisionKey.make().bytes));
  logger.info({ decision_key: decisionKey.signer }, 'decisions of people are signed with this key');
  const statementFiles = new TextStore(dir, STATEMENTS_FOLDER);
  return { decisionKey, texts: new TextStore(dir, 'texts'), statementFiles, blobs: new BlobStore(dir) };
}
