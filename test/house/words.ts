// The words of the house: names and phrases that were replaced by the field's own, and must not come back.
import { commentsOf, isNode, lineAt, type Source, textIn, walk } from './source.ts';

/** Replaced names, each with its new name. */
export const REPLACED_NAMES: Readonly<Record<string, string>> = {
  Books: 'LedgerPort',
  Case: 'MatchGroup',
  Copying: 'TopicReplicator',
  Endings: 'Shutdown',
  FactBuffer: 'RecordQueue',
  Fate: 'PaymentOutcome',
  Hand: 'Executor',
  Hands: 'Executors',
  Intake: 'RecordDecoder',
  KeptTask: 'a name with Snapshot',
  LiveBooks: 'LiveLedger',
  LocalHand: 'LocalExecutor',
  Postman: 'WebhookSender',
  Rehearsal: 'RulesComparison',
  RemoteHand: 'ThreadExecutor',
  Resolving: 'ResolutionPace',
  Rounds: 'RoundBarrier',
  Rulebook: 'RulesStore',
  Sender: 'IdempotentProducer',
  Shard: 'TaskGroup',
  SharedRules: 'RulesConsumer',
  Story: 'Timeline or PaymentTrace',
  TaskOwner: 'TaskSupervisor',
  TaskWriter: 'TaskProducer',
  Watching: 'SelfMonitoring',
  Weather: 'CallFaults',
  atStake: 'breakValueOf',
  books: 'ledger',
  dice: 'random',
  fate: 'outcome',
  hand: 'executor',
  hands: 'executors',
  intake: 'decoder',
  mend: 'remedy',
  knownCase: 'readMatchGroup',
  rulebook: 'rulesLog',
  says: 'title',
  shard: 'group',
  surrogateKey: 'identityKey',
  weather: 'callFaults',
};

/**
 * Replaced words and what to call the thing; several words are one name, such as LiveBooks. No name may have them among
 * its parts, and no document may say the first ones at all: they are words of nobody else. The others are good English.
 */
const OWN_WORDS: Readonly<Record<string, string>> = {
  postman: 'webhook sender',
  rulebook: 'rules store',
  shard: 'task group',
  shards: 'task groups',
};
const REPLACED_PARTS: Readonly<Record<string, string>> = {
  ...OWN_WORDS,
  'at stake': 'break value',
  dice: 'random',
  'fact buffer': 'record queue',
  fate: 'outcome',
  'hand worker': 'executor thread',
  hands: 'executors',
  intake: 'decoder',
  'kept task': 'snapshot',
  'live books': 'live ledger',
  'local hand': 'local executor',
  mend: 'remedy',
  'open case': 'read match group',
  rehearsal: 'rules comparison',
  'remote hand': 'thread executor',
  'shared rules': 'rules consumer',
  'surrogate key': 'identity key',
  'task owner': 'task supervisor',
  'task writer': 'task producer',
  weather: 'call faults',
};

/** Replaced file names, without their endings. */
export const REPLACED_FILES: readonly string[] = [
  ...['acknowledged', 'asking', 'at-stake', 'books', 'changes', 'copying', 'daily', 'dice', 'endings', 'ends'],
  ...['fact-buffer', 'fate', 'following', 'forward', 'framing', 'hand', 'hand-worker', 'hands', 'inputs', 'intake'],
  ...['kept', 'kept-ledger', 'kept-task', 'order-case', 'packing', 'parts', 'postman', 'pruning', 'remote-hand'],
  ...['resolving', 'restoring', 'rounds', 'rulebook', 'seal', 'sender', 'shard', 'shared-rules', 'steps', 'story'],
  ...['task-owner', 'task-writer', 'totals', 'under-way', 'watching', 'weather', 'window'],
];

/** A file is named for a thing or a role, and a participle is neither. */
const PARTICIPLE = /\w{3,}(ing|ed)$/;
/** Nouns of the field. */
const NOUNS = new Set(['embedded', 'mapping', 'self-monitoring']);

/** Phrases of comments and documents, each with a plainer one. */
export const REPLACED_PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bso manieth\b/i, 'nth'],
  [/\bwhat is no\b/i, 'invalid, or not'],
  [/\bat half of the most\b/i, 'at half of the peak'],
  [/\bat the most\b/i, 'at most'],
  [/(?<=^|[,;:.] )else\b(?! if)/i, 'otherwise'],
  [/\bwhoever\b/i, 'a caller, a reader, anybody who'],
  [/(?<!`)\bmend(s|ed|ing)?\b/i, 'fix, correct, repair'],
  [/\bthe hands?\b(?! of)/i, 'executor'],
];

/** Names of a source file that were replaced, or have a part that was, as `path:line: X is called Y`. */
export function nameFaults(source: Source): string[] {
  const found: string[] = [];
  walk(source.tree, (node, [parent]) => {
    if (node.type !== 'Identifier' || typeof node.name !== 'string') return;
    const whole = Object.hasOwn(REPLACED_NAMES, node.name) ? REPLACED_NAMES[node.name] : undefined;
    const now = whole ?? (isCompound(node.name) ? newPart(node.name, REPLACED_PARTS) : undefined);
    if (now === undefined || isPublicField(node.name, parent)) return;
    found.push(`${source.path}:${lineAt(source.text, node.start)}: ${node.name} is called ${now}`);
  });
  return found;
}

/** Replaced names that a document mentions. A word alone is a name only if it is nothing else. */
export function mentionFaults(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    return (line.match(/\w+/g) ?? []).flatMap((name) => {
      const now = newPart(name, isCompound(name) ? REPLACED_PARTS : OWN_WORDS);
      return now === undefined ? [] : [`${path}:${at + 1}: ${name} is called ${now}`];
    });
  });
}

/** The words of a name, from `taskOwner2` and `TASK_OWNER` alike. */
function partsOf(name: string): string[] {
  return name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g)?.map((part) => part.toLowerCase()) ?? [];
}

function isCompound(name: string): boolean {
  return partsOf(name).length > 1;
}

function newPart(name: string, replaced: Readonly<Record<string, string>>): string | undefined {
  const words = ` ${partsOf(name).join(' ')} `;
  return Object.entries(replaced).find(([part]) => words.includes(` ${part} `))?.[1];
}

/** Public fields of JSON keep their names: `{ mend: remedy }` is where one gets its value. */
const PUBLIC_FIELDS: Readonly<Record<string, string>> = { mend: 'remedy', books: 'ledger', fate: 'outcome' };

function isPublicField(name: string, parent: unknown): boolean {
  if (!Object.hasOwn(PUBLIC_FIELDS, name) || !isNode(parent) || parent.type !== 'Property' || !isNode(parent.value))
    return false;
  return parent.value.type === 'Identifier' && parent.value.name === PUBLIC_FIELDS[name];
}

/** A file whose name was replaced or is a participle. */
export function fileNameFaults(path: string): string[] {
  const name = (path.split('/').at(-1) ?? '').replace(/\..*$/, '');
  if (REPLACED_FILES.includes(name)) return [`${path}: the name was replaced`];
  return PARTICIPLE.test(name) && !NOUNS.has(name) ? [`${path}: a file is named for a thing or a role`] : [];
}

/** Phrases of a file's comments that were replaced. */
export function commentFaults(source: Source): string[] {
  return commentsOf(source).flatMap(({ text, line }) => phraseFaults(source.path, text, line));
}

/** Phrases of a file's texts that were replaced. */
export function textFaults(source: Source): string[] {
  const found: string[] = [];
  walk(source.tree, (node) => {
    found.push(...phraseFaults(source.path, textIn(node), lineAt(source.text, node.start)));
  });
  return found;
}

/** Replaced phrases of any text; `line` is the number of its first line. */
export function phraseFaults(path: string, text: string, line = 1): string[] {
  return text.split('\n').flatMap((one, at) => {
    return REPLACED_PHRASES.filter(([phrase]) => phrase.test(one)).map(([phrase, now]) => {
      return `${path}:${line + at}: "${phrase.exec(one)![0]!.trim()}" reads better as ${now}`;
    });
  });
}
