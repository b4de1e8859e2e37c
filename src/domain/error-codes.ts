// Every HESABU_* code: what it says, how to mend it, and the exit code of a command that it ends.
// ERRORS.md tells the same for people; a test keeps the two in step.

interface ErrorEntry {
  readonly exit: 2 | 3 | 4;
  readonly title: string;
  readonly remedy: string;
}

const input = (title: string, remedy: string): ErrorEntry => ({ exit: 2, title, remedy });
const proof = (title: string, remedy: string): ErrorEntry => ({ exit: 3, title, remedy });
const machine = (title: string, remedy: string): ErrorEntry => ({ exit: 4, title, remedy });

export const ERROR_CODES = {
  // Usage
  HESABU_USAGE: input('the command line is not understood', 'See --help.'),
  HESABU_AS_OF_EARLIER: input('--as-of is earlier than the ledger', "Give a time at or after the ledger's own."),
  HESABU_RULES_INVALID: input('the rules are not valid', 'Mend the named field; the README lists every rule.'),
  HESABU_MAPPING_INVALID: input('the column mapping is not valid', 'Mend the named field; the README shows a mapping.'),
  HESABU_NOT_FOUND: input('nothing is known under that name', 'Check the spelling; references are case-sensitive.'),
  // Files
  HESABU_FILE_MISSING: input('there is no such file', 'Check the path.'),
  HESABU_FILE_UNREADABLE: input('the file cannot be read', 'Check that it is a regular file and that you may read it.'),
  HESABU_FILE_EMPTY: input('the file is empty', 'Export it again.'),
  HESABU_FILE_SEEN: input('this file was taken before', 'Nothing to do: its rows are in the ledger already.'),
  HESABU_HEADER_INVALID: input('the header does not fit', 'Name the columns as the README does, or give a mapping.'),
  HESABU_JSON_INVALID: input('this is not valid JSON', 'Export the line again.'),
  // Rows
  HESABU_ROW_RAGGED: input(
    'the row has another number of cells than the header',
    'Quote cells that hold the separator.',
  ),
  HESABU_ROW_QUOTE: input('a quote is opened and not closed', 'Close the quote, or double it inside a quoted cell.'),
  HESABU_ROW_TOO_LONG: input('the row is longer than 1 MiB', 'Split or shorten it.'),
  HESABU_ROW_ENCODING: input('the row is not valid UTF-8 or holds a NUL byte', 'Save the file as UTF-8.'),
  HESABU_ROW_HEADER: input('the header stands here again', 'Remove the repeated header.'),
  HESABU_ROW_SHAPE: input('the row has another shape than its format', 'See the format in the README.'),
  HESABU_FIELD_MISSING: input('a required field is missing or empty', 'Fill it in.'),
  HESABU_FIELD_INVALID: input('a field holds a value that its format does not know', 'Use one of the words expected.'),
  HESABU_REFERENCE_INVALID: input('the reference cannot be a key', 'Use 1 to 256 printable characters.'),
  HESABU_AMOUNT_INVALID: input(
    'this is not a plain decimal amount',
    'Write it like 1234.50: no separators, no exponent.',
  ),
  HESABU_AMOUNT_PRECISION: input(
    'the amount has more decimals than its currency',
    'Give an amount the currency can hold.',
  ),
  HESABU_AMOUNT_RANGE: input('the amount is out of range', 'Give an amount the format allows.'),
  HESABU_CURRENCY_UNKNOWN: input('this is no ISO 4217 currency code', 'Use a three-letter code such as KES.'),
  HESABU_TIME_INVALID: input('this is not an ISO 8601 time with an offset', 'Write it like 2026-01-31T09:00:00Z.'),
  HESABU_DATE_INVALID: input('this is not a date', 'Write it like 2026-01-31.'),
  // Ledger and proofs
  HESABU_LEDGER_TAMPERED: proof('the ledger does not verify', 'Restore the data directory from a backup.'),
  HESABU_REPLAY_DIFFERS: proof(
    'the replay gives other bytes than the ledger',
    'Verify the ledger; restore it if damaged.',
  ),
  HESABU_PROOF_INVALID: proof('the proof does not verify', 'Ask for a new proof and the public key it names.'),
  HESABU_DEMO_DIFFERS: proof('the ledger says otherwise than the truth', 'This is a bug: please report the seed.'),
  // Machine
  HESABU_NODE_MISSING: machine('Node 24 is needed', 'Run npm ci.'),
  HESABU_DATA_LOCKED: machine(
    'another process uses this data directory',
    'Wait for it to end, or use another directory.',
  ),
  HESABU_DATA_UNWRITABLE: machine('the data directory cannot be written', 'Check its owner, its mode and the disk.'),
  HESABU_DATA_VERSION: machine('the data directory is of another version', 'Use the version of Hesabu that made it.'),
  HESABU_DATA_IS_COPY: machine(
    'the data directory is a copy of a ledger on Kafka',
    'Send facts to Kafka (import or serve with --kafka), or take another directory for a ledger of its own.',
  ),
  HESABU_DATA_OTHER_LEDGER: machine(
    'the data directory holds another ledger than the one on Kafka',
    'Use a new directory: the copy is made there from the topics.',
  ),
  HESABU_OUT_UNWRITABLE: machine('the output cannot be written', 'Check the directory, its mode and the disk.'),
  HESABU_DISK_FULL: machine('the disk is full', 'Free some space and run again: what was acknowledged is kept.'),
  HESABU_LOG_FAILED: machine(
    'the log could not be made durable',
    'The process stopped. Check the disk, then run again.',
  ),
  HESABU_LOG_DAMAGED: proof('a stored batch is damaged', 'Restore the data directory from a backup.'),
  HESABU_LOG_CONFLICT: machine('the log was appended to by somebody else', 'Run again: nothing was written.'),
  // The live service
  HESABU_CONFIG_INVALID: input(
    'the configuration is not valid',
    'Mend the named key; hesabu.example.yaml explains every one.',
  ),
  HESABU_SECRET_MISSING: input(
    'a secret that the configuration names is not there',
    'Set the environment variable, or write the file and let only its owner read it.',
  ),
  HESABU_LISTEN_REFUSED: input(
    'this address is not safe to listen on',
    'Create a key with hesabu keys create, and set listen.tls or listen.behind_proxy.',
  ),
  HESABU_LISTEN_FAILED: machine(
    'nothing can be listened for at this address',
    'End what listens there, or set another port; ports below 1024 are for the root user.',
  ),
  HESABU_REQUEST_INVALID: input(
    'the request is not valid',
    'Mend the named field; the reference page shows every request.',
  ),
  HESABU_UNAUTHORISED: input('no valid API key came with the request', 'Send the header Authorization: Bearer KEY.'),
  HESABU_FORBIDDEN: input('the API key may not do this', 'Use a key whose role and merchants allow it.'),
  HESABU_SIGNATURE_INVALID: input(
    'the signature does not fit',
    'Check the secret of the account, and that nothing between changed the body.',
  ),
  HESABU_SIGNATURE_STALE: input(
    'the signature is too old or from the future',
    'Check both clocks; a gateway signs each delivery anew.',
  ),
  HESABU_BODY_TOO_LARGE: input('the body is too large', 'Send at most what the limit says.'),
  HESABU_OVERLOADED: machine('the service has as much to do as it can', 'Send it again after the time in Retry-After.'),
  HESABU_IDEMPOTENCY_MISSING: input(
    'the request needs an Idempotency-Key',
    'Send a key of your own choice, the same one when you send the request again.',
  ),
  HESABU_IDEMPOTENCY_REUSED: input(
    'the Idempotency-Key was used for another request',
    'Use a new key for a new request.',
  ),
  HESABU_IDEMPOTENCY_BUSY: input(
    'the first request with this Idempotency-Key is still under way',
    'Send it again in a moment.',
  ),
  HESABU_ORDER_EXISTS: input('another order has this reference', 'Use a new reference; a changed order is a new one.'),
  HESABU_ORDER_CLOSED: input('the order is not open for this', 'Look at the transaction before you ask again.'),
  HESABU_PAYMENT_UNDER_WAY: input(
    'another payment of the order may still bring its money',
    'Wait for its end, or send "again": true where the customer may pay twice.',
  ),
  HESABU_OPERATOR_UNKNOWN: input('the gateway has no such operator', 'Take a code that GET /v1/operators lists.'),
  HESABU_CURSOR_INVALID: input('this is not a cursor of this ledger', 'Give a cursor back as it came, or none.'),
  HESABU_PROVIDER_CANNOT: input(
    'the provider is not able to do this',
    'Use an account of another provider, or do it in the portal of the provider.',
  ),
  HESABU_GATEWAY_REFUSED: input('the gateway refused', 'Mend what the gateway names.'),
  HESABU_GATEWAY_LIMITED: machine(
    'the gateway may not be called just now',
    'Nothing to do: it is tried again when it may be.',
  ),
  HESABU_GATEWAY_FAILED: machine(
    'the gateway gave no answer that can be used',
    'Nothing to do: it is tried again. If it goes on, ask the gateway.',
  ),
  HESABU_ADDRESS_FORBIDDEN: input(
    'this address may not be called',
    'Name host:port under outgoing.allow if it is meant.',
  ),
  HESABU_KEY_UNKNOWN: input('there is no such API key', 'See hesabu keys list.'),
  // Kafka
  HESABU_KAFKA_SETTINGS: input(
    'the Kafka settings are not valid',
    'Mend the option or the environment variable named.',
  ),
  HESABU_KAFKA_CLIENT: machine(
    'the client of Kafka is not of the version that Hesabu was made for',
    'Install the versions that package-lock.json names: npm ci.',
  ),
  HESABU_KAFKA_UNREACHABLE: machine(
    'the Kafka cluster gives no answer',
    "Check the brokers' addresses, TLS and the user, and that they run.",
  ),
  HESABU_KAFKA_DENIED: machine(
    'the Kafka cluster does not allow it',
    "Allow the user the ledger's topics, groups and transactional ids (README, On Kafka).",
  ),
  HESABU_MIRROR_UNREACHABLE: machine(
    'KurrentDB gives no answer',
    'Check the connection string, TLS and the user, and that it runs.',
  ),
  HESABU_MIRROR_CONFLICT: proof(
    'KurrentDB holds something else than this ledger',
    'Mirror into a database that no other ledger and nobody else writes to.',
  ),
  HESABU_REGISTRY_UNREACHABLE: machine(
    'the schema registry gives no answer',
    'Check HESABU_REGISTRY_URL, and that the registry runs.',
  ),
  HESABU_SCHEMA_MISSING: machine('the registry does not have our schema', 'Run hesabu topics --create.'),
  HESABU_SCHEMA_REFUSED: machine(
    'the registry does not take our schema',
    'See which schemas and which compatibility the subject has; another ledger may have its own prefix.',
  ),
  HESABU_SCHEMA_CHANGED: machine(
    'a subject of the registry has another schema than the ledger was written with',
    'Restore the subject as it was, or update the workers to a version that knows the schema.',
  ),
  HESABU_TOPICS_WRONG: machine(
    'the topics are not as they must be',
    'Run hesabu topics --check, and mend what it names.',
  ),
  HESABU_TOPICS_REFUSED: machine(
    'the cluster does not make a topic',
    'Mend what it names: a cluster of one broker takes --replication 1.',
  ),
  HESABU_TOPIC_TRUNCATED: machine(
    'facts that the ledger did not read yet are gone from a topic',
    'Restore the topic from a copy; facts must be kept for ever (hesabu topics --check).',
  ),
  HESABU_TOPIC_REPLACED: proof(
    'a topic holds other values than the ledger has read',
    'Restore the topic, or begin a new ledger under a prefix of its own.',
  ),
  HESABU_LEDGER_GONE: proof(
    'the ledger, or a part of it, is gone from its topic',
    'Restore ledger.v1 from a copy, or begin a new ledger under a prefix of its own.',
  ),
  HESABU_PARTITIONS_CHANGED: machine(
    'a topic has another number of partitions than when the ledger began',
    'Keys are in other partitions now: begin a new ledger under a prefix of its own, and import the facts there.',
  ),
  HESABU_RECORD_EMPTY: input('the record has no value', 'Send the fact again; a fact is never deleted.'),
  HESABU_RECORD_TOO_LARGE: input('the record is larger than a fact may be', 'Send a fact of at most 64 KiB.'),
  HESABU_RECORD_SCHEMA: input(
    'the record is not of a schema of facts that is known here',
    "Write it with the schema of the topic's subject; update the workers before the producers.",
  ),
  HESABU_RECORD_INVALID: input("the record's bytes are no fact", 'Mend the producer, and send the fact again.'),
  HESABU_RECORD_KEY: input(
    "the record's key or partition is not that of its transaction_reference",
    "Use the transaction_reference as key, and Kafka's default partitioner.",
  ),
  // Bugs
  HESABU_INTERNAL: machine('a bug was met', 'Please report it with the text above.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
