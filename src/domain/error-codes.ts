// Every HESABU_* code: what is wrong, what to do about it, and the exit code of a command that it ends.
// ERRORS.md says the same for people; a test compares the two.

import { ACCESS_ERRORS } from './error-codes-access.ts';
import { FILE_ERRORS } from './error-codes-files.ts';
import { type ErrorEntry, input, machine, proof } from './error-entry.ts';

export const ERROR_CODES = {
  // Usage
  HESABU_USAGE: input('the command line is not understood', 'See --help.'),
  HESABU_AS_OF_EARLIER: input(
    'the time is earlier than that of the ledger',
    "Give a time at or after the ledger's own. Where that is ahead of the true time, hesabu reopen brings it back.",
  ),
  HESABU_AS_OF_FUTURE: input(
    'the time is more than a day ahead of the clock',
    "Correct the time or the machine's clock. If it is meant, add --future: the ledger then stands at that time.",
  ),
  HESABU_CLOCK_JUMPED: input(
    "the machine's clock differs from the time that the directory knows",
    'Set the clock. If it is right, add --clock-confirmed; or give the time as --as-of.',
  ),
  HESABU_RULES_INVALID: input(
    'the rules are not valid',
    'Correct the named field; docs/rules-and-reasons.md lists every rule.',
  ),
  HESABU_MAPPING_INVALID: input(
    'the column mapping is not valid',
    'Correct the named field; docs/files.md shows a mapping.',
  ),
  HESABU_NOT_FOUND: input('nothing has this name', 'Check the spelling; references are case-sensitive.'),
  ...FILE_ERRORS,
  // Ledger and proofs
  HESABU_LEDGER_TAMPERED: proof(
    'the ledger does not verify',
    'Keep the directory: the place named tells where to look. Restore a backup elsewhere.',
  ),
  HESABU_LEDGER_UNSIGNED: proof(
    'no signature covers this',
    'A running service signs each minute. After an interrupted run, and in a backup, run reconcile or serve: it ' +
      'signs what grew from what was signed. If it refuses, it says why.',
  ),
  HESABU_FACTS_MISSING: proof(
    'the log has lost facts that were acknowledged',
    'Start the service: it takes them in again from the archive. Then look at the disk.',
  ),
  HESABU_SIGNED_LOST: proof(
    'the key, or the record of what it signed last, is missing, damaged or another one',
    'Put the folder keys back, from a backup or from where the keys are kept.',
  ),
  HESABU_SIGNED_NEWER: proof(
    'the ledger ends before what was signed',
    'Restore a newer backup. If there is none, restore the whole directory from this one, with its folders keys and ' +
      'checkpoints, and tell those who hold a newer checkpoint.',
  ),
  HESABU_SIGNED_DIFFERS: proof(
    'the ledger did not grow from what was signed',
    'Keep the directory as evidence, and restore another one from a backup.',
  ),
  HESABU_REPLAY_DIFFERS: proof(
    'the replay does not give what the ledger holds',
    'Run hesabu verify; if the ledger is damaged, restore the data directory from a backup.',
  ),
  HESABU_PROOF_INVALID: proof('the proof does not verify', 'Ask for a new proof and the public key it names.'),
  HESABU_TRAIL_TAMPERED: proof(
    'the audit trail is not as it was written',
    'Keep service.db as evidence, find out who could write it, and compare it with the last backup.',
  ),
  HESABU_BACKUP_DAMAGED: proof(
    'the backup is not what was written',
    'Take another backup and check it. Keep the older ones meanwhile.',
  ),
  HESABU_DEMO_DIFFERS: proof('the ledger does not agree with the truth', 'This is a bug: please report the seed.'),
  // Machine
  HESABU_NODE_MISSING: machine('Node 24 is needed', 'Run npm ci.'),
  HESABU_DATA_LOCKED: machine(
    'another process uses this data directory',
    'Wait for a command to end. A service does not end: send files to it (POST /v1/imports), or stop it first. ' +
      'Commands that only read, such as report and trace, work beside it.',
  ),
  HESABU_DATA_UNWRITABLE: machine('the data directory cannot be written', 'Check its owner, its mode and the disk.'),
  HESABU_DATA_VERSION: machine('the data directory has another version', 'Use the version of Hesabu that made it.'),
  HESABU_DATA_IS_COPY: machine(
    'the data directory is a copy of a ledger on Kafka',
    'Send facts to Kafka (import or serve with --kafka), or use another directory for a ledger of its own.',
  ),
  HESABU_DATA_OTHER_LEDGER: machine(
    'the data directory belongs to another ledger',
    'Use a new directory: the ledger is copied into it from the topics.',
  ),
  HESABU_OUT_UNWRITABLE: machine('the output cannot be written', 'Check the directory, its mode and the disk.'),
  HESABU_DISK_FULL: machine('the disk is full', 'Free some space and run again: what was acknowledged is kept.'),
  HESABU_LOG_FAILED: machine(
    'the log could not be read or made durable',
    'The process stopped, and what it acknowledged is kept. Nothing is known to be damaged: check the disk, then run ' +
      'again; restore nothing.',
  ),
  HESABU_LOG_DAMAGED: proof(
    'a stored batch is damaged',
    'The disk answers, and its bytes are not what was written. Keep the directory, and restore a backup elsewhere.',
  ),
  HESABU_LOG_CONFLICT: machine('another writer appended to the log', 'Run again: nothing was written.'),
  // The live service
  HESABU_CONFIG_INVALID: input(
    'the configuration is not valid',
    'Correct the named key; hesabu.example.yaml explains every key.',
  ),
  HESABU_SECRET_MISSING: input(
    'a secret that the configuration names is missing',
    'Set the environment variable, or write the file and let only its owner read it.',
  ),
  HESABU_KEYS_EXPOSED: input(
    'others may use the keys of this data directory',
    'Give the folder keys and its files to the user of the service alone.',
  ),
  HESABU_LISTEN_REFUSED: input(
    'this address is not safe to listen on',
    'Create a key with hesabu keys create, and set listen.tls or listen.behind_proxy.',
  ),
  HESABU_LISTEN_FAILED: machine(
    'the server cannot listen at this address',
    'Stop the process that listens there, or set another port; a port below 1024 needs the root user.',
  ),
  HESABU_REQUEST_INVALID: input(
    'the request is not valid',
    'Correct the named field; the page /docs of the service describes every request.',
  ),
  ...ACCESS_ERRORS,
  HESABU_DECISION_KEY_UNKNOWN: input(
    'the rules in force do not name the key of this service, so its decisions would count for nothing',
    'Add the key to decision_keys of the rules that the workers are given, and start the service again.',
  ),
  HESABU_CASE_CHANGED: input(
    'the case is not what you read any more',
    'Read the case again, and decide on what it shows now.',
  ),
  HESABU_PREVIEW_GONE: input(
    'nobody knows this preview any more',
    'Ask for the preview again, look at what it counts, and send its token within a quarter of an hour.',
  ),
  HESABU_BATCH_FINAL: input(
    'what this batch did cannot be taken back',
    'A note stays, and so does a rejection. Decide on its cases one by one.',
  ),
  HESABU_DAY_NOT_READY: input(
    'the day cannot be closed',
    'GET /v1/periods shows what the next day waits for. An approver may overrule conditions, and says why.',
  ),
  HESABU_APPROVAL_DECIDED: input(
    'the request no longer waits',
    'GET /v1/approvals/ID shows what became of it. Ask again if it is still needed.',
  ),
  HESABU_APPROVAL_LOST: input(
    'the waiting file is not the one that was sent',
    'Refuse the approval, find out who changed the file, and send it again.',
  ),
  HESABU_SIGNATURE_INVALID: input(
    'the signature is not valid',
    "Check the account's secret, and that nothing on the way changes the body.",
  ),
  HESABU_SIGNATURE_STALE: input(
    'the signature is too old or from the future',
    'Check the clocks on both sides; each delivery must be signed anew.',
  ),
  HESABU_BODY_TOO_LARGE: input('the body is too large', 'Send a smaller body.'),
  HESABU_OVERLOADED: machine(
    'the service has more work than it can take',
    'Send the request again after the time in Retry-After.',
  ),
  HESABU_RATE_LIMITED: machine(
    'there were too many requests',
    'Send the request again after the time in Retry-After, and fewer from then on.',
  ),
  HESABU_METHOD_NOT_ALLOWED: input(
    'this address does not take the method',
    'Send one of the methods that the answer lists in Allow.',
  ),
  HESABU_IDEMPOTENCY_MISSING: input(
    'the request needs an Idempotency-Key',
    'Send a key of your own choice, and the same key when you send the request again.',
  ),
  HESABU_IDEMPOTENCY_REUSED: input(
    'the Idempotency-Key was used for another request',
    'Use a new key for a new request.',
  ),
  HESABU_IDEMPOTENCY_BUSY: input(
    'the first request with this Idempotency-Key is still under way',
    'Send the request again in a moment.',
  ),
  HESABU_ORDER_EXISTS: input('another order has this reference', 'Use a new reference; a changed order is a new one.'),
  HESABU_ORDER_CLOSED: input('the order is not open for this', 'Look at the transaction before you ask again.'),
  HESABU_PAYMENT_UNDER_WAY: input(
    'another payment of the order may still succeed',
    'Wait for its end, or send "again": true where the customer may pay twice.',
  ),
  HESABU_OPERATOR_UNKNOWN: input('the gateway has no such operator', 'Use a code that GET /v1/operators lists.'),
  HESABU_CURSOR_INVALID: input(
    'this is not a cursor of this ledger',
    'Send a cursor unchanged as an answer gave it, or none.',
  ),
  HESABU_PROVIDER_CANNOT: input(
    'the provider is not able to do this',
    'Use an account of another provider, or do it in the portal of the provider.',
  ),
  HESABU_GATEWAY_REFUSED: input('the gateway refused the request', 'Correct what the gateway names.'),
  HESABU_GATEWAY_LIMITED: machine(
    'the gateway may not be called now',
    'Send an API request again after the time in Retry-After; a poll is repeated by itself.',
  ),
  HESABU_GATEWAY_FAILED: machine(
    'the gateway gave no usable answer',
    'Send an API request again with the same Idempotency-Key; a poll is repeated by itself.',
  ),
  HESABU_ADDRESS_FORBIDDEN: input(
    'this address may not be called',
    'If the address is meant, name its host:port under outgoing.allow.',
  ),
  HESABU_KEY_UNKNOWN: input('there is no such API key', 'hesabu keys list shows every key.'),
  HESABU_PERSON_UNKNOWN: input('there is no such person', 'hesabu people list shows every person.'),
  HESABU_PERSON_EXISTS: input(
    'somebody has this name or mail address',
    'Give another one, or change the roles of the person who is there.',
  ),
  HESABU_ROLES_CONFLICT: input('these roles do not go together', 'Give them to two people.'),
  // Kafka
  HESABU_KAFKA_SETTINGS: input('the Kafka settings are not valid', 'Correct the named option or environment variable.'),
  HESABU_KAFKA_CLIENT: machine(
    'the Kafka client has another version than Hesabu needs',
    'Install the versions that package-lock.json names: npm ci.',
  ),
  HESABU_KAFKA_UNREACHABLE: machine(
    'the Kafka cluster does not answer',
    "Check the brokers' addresses, TLS and the user, and that the brokers run.",
  ),
  HESABU_KAFKA_DENIED: machine(
    'the Kafka cluster does not allow it',
    "Allow the user the ledger's topics, groups and transactional ids (docs/kafka.md).",
  ),
  HESABU_MIRROR_UNREACHABLE: machine(
    'KurrentDB does not answer',
    'Check the connection string, TLS and the user, and that KurrentDB runs.',
  ),
  HESABU_MIRROR_CONFLICT: proof(
    'KurrentDB holds events that are not of this ledger',
    'Mirror into a database that nothing else writes to.',
  ),
  HESABU_REGISTRY_UNREACHABLE: machine(
    'the schema registry does not answer',
    'Check HESABU_REGISTRY_URL, and that the registry runs.',
  ),
  HESABU_SCHEMA_MISSING: machine('the registry does not have our schema', 'Run hesabu topics --create.'),
  HESABU_SCHEMA_REFUSED: machine(
    'the registry refuses our schema',
    "Compare the subject's schemas and compatibility with ours; a second ledger needs HESABU_KAFKA_PREFIX.",
  ),
  HESABU_SCHEMA_CHANGED: machine(
    'the subject has another schema than the ledger was written with',
    'Restore the subject as it was, or update the workers to a version that knows the schema.',
  ),
  HESABU_TOPICS_WRONG: machine(
    'the topics are not as they must be',
    'Run hesabu topics --check, and correct what it names.',
  ),
  HESABU_TOPICS_REFUSED: machine(
    'the cluster refuses to create a topic',
    'Correct what the cluster names: a cluster of one broker needs --replication 1.',
  ),
  HESABU_TOPIC_TRUNCATED: machine(
    'facts that the ledger has not read are gone from a topic',
    'Restore the topic from a copy; facts must be kept for ever (hesabu topics --check).',
  ),
  HESABU_TOPIC_REPLACED: proof(
    'a topic does not hold what the ledger has read from it',
    'Restore the topic, or begin a new ledger under a prefix of its own.',
  ),
  HESABU_LEDGER_GONE: proof(
    'the ledger, or a part of it, is gone from its topic',
    'Restore ledger.v1 from a copy, or begin a new ledger under a prefix of its own.',
  ),
  HESABU_PARTITIONS_CHANGED: machine(
    'the number of partitions is not that of the ledger',
    'Keys are in other partitions now: begin a new ledger under a prefix of its own, and import the facts there.',
  ),
  HESABU_RECORD_EMPTY: input('the record is empty', 'Send the fact again; a fact is never deleted.'),
  HESABU_RECORD_TOO_LARGE: input('the record is larger than a fact may be', 'Send a fact of at most 64 KiB.'),
  HESABU_RECORD_SCHEMA: input(
    'the record has no schema of facts that is known here',
    "Write it with the schema of the topic's subject; update the workers before the producers.",
  ),
  HESABU_RECORD_INVALID: input('the record holds no valid fact', 'Correct the producer, and send the fact again.'),
  HESABU_RECORD_KEY: input(
    'the key or the partition does not belong to the transaction_reference',
    "Use the transaction_reference as key, and Kafka's default partitioner.",
  ),
  // Bugs
  HESABU_INTERNAL: machine('an internal error occurred', 'This is a bug: please report it with the stack trace.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
