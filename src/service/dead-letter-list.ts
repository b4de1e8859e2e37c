// The dead letters of a ledger on Kafka, for people: what of each is shown, without its content and personal data.

import { DeadLetterReader } from '../app/dead-letters.ts';
import { Pseudonymiser } from '../archive/privacy/pseudonyms.ts';
import { storedName, storedSentence } from '../archive/privacy/stored-value.ts';
import type { DeadLetterPort, SetAside } from '../http/dead-letter-port.ts';
import type { Cluster } from '../kafka/kafka-copy.ts';
import type { DeadLetter } from '../kafka/records/dead-letter.ts';
import { factIn } from '../kafka/records/fact-records.ts';

/** How many are kept: the latest. */
const LETTERS_MAX = 10_000;

export function deadLetterList(
  cluster: Pick<Cluster, 'kafka' | 'settings' | 'schemas'>,
  pseudonym: (text: string) => string,
): DeadLetterPort {
  const hider = new Pseudonymiser(pseudonym);
  const reader = new DeadLetterReader(cluster, LETTERS_MAX, (letter) => setAside(letter, cluster, hider));
  return {
    list: async () => {
      const { letters, isCut } = await reader.read();
      return { letters: letters.toSorted((left, right) => right.at - left.at), isCut };
    },
  };
}

export function setAside(letter: DeadLetter, { schemas }: Pick<Cluster, 'schemas'>, hider: Pseudonymiser): SetAside {
  const { topic, partition, offset, timestamp: at, reason, detail, value, valueSize } = letter;
  const fact = value === null || value.length !== valueSize ? null : factIn(topic, value, schemas);
  const said = fact === null || 'reason' in fact ? null : fact;
  const [, importId, line] = /^(\d+)\/(\d+)$/.exec(said?.raw ?? '') ?? [];
  return {
    ...{ topic, partition, offset: `${offset}`, at, reason, detail: storedSentence(hider, detail) },
    bytes: valueSize < 0 ? null : valueSize,
    provider: said?.provider ?? null,
    transaction_reference: said === null ? null : storedName(hider, said.transaction_reference),
    import: importId === undefined ? null : Number(importId),
    line: line === undefined ? null : Number(line),
  };
}
