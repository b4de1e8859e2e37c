// One word for one idea, in names, comments and documents.
import { describe, expect, test } from 'vitest';
import { commentsOf, filesBelow, sourceOf, sourcesBelow, textOf } from './source.ts';
import { commentFaults, fileNameFaults, mentionFaults, nameFaults, phraseFaults, textFaults } from './words.ts';

const sources = sourcesBelow('src', 'desk', 'test', 'bench', 'bin', 'tools').filter(
  ({ path }) => !path.startsWith('test/house/words'),
);
const documents = filesBelow('.').filter((path) => /\.(md|yml|yaml)$/.test(path) && !path.includes('fixtures'));

describe('the words of the house', () => {
  test('are those of names', () => {
    expect(sources.flatMap(nameFaults)).toEqual([]);
  });

  test('are those of files', () => {
    expect(sources.flatMap(({ path }) => fileNameFaults(path))).toEqual([]);
  });

  test('are those of comments', () => {
    expect(sources.flatMap(commentFaults)).toEqual([]);
  });

  test('are those of texts', () => {
    expect(sources.filter(({ path }) => path.startsWith('src/')).flatMap(textFaults)).toEqual([]);
  });

  test('are those of documents', () => {
    expect(documents).toContain('README.md');
    expect(documents.flatMap((path) => phraseFaults(path, textOf(path)))).toEqual([]);
    expect(documents.flatMap((path) => mentionFaults(path, textOf(path)))).toEqual([]);
  });
});

describe('the checker', () => {
  test('finds a name that was replaced, and leaves the public field of that name', () => {
    expect(nameFaults(sourceOf('a.ts', 'const hand = 1;\nclass Shard {}'))).toEqual([
      'a.ts:1: hand is called executor',
      'a.ts:2: Shard is called TaskGroup',
    ]);
    expect(nameFaults(sourceOf('a.ts', 'f({ mend: remedy });'))).toEqual([]);
    expect(nameFaults(sourceOf('a.ts', 'f({ mend: "x" });'))).toEqual(['a.ts:1: mend is called remedy']);
  });

  test('finds a name with a part that was replaced, and leaves the good English in others', () => {
    const faults = nameFaults(sourceOf('a.ts', 'openCaseOf(handWorkerPath, MY_SHARDS);\nlet liveBooks2, makeHands;'));
    expect(faults).toEqual([
      'a.ts:1: openCaseOf is called read match group',
      'a.ts:1: handWorkerPath is called executor thread',
      'a.ts:1: MY_SHARDS is called task groups',
      'a.ts:2: liveBooks2 is called live ledger',
      'a.ts:2: makeHands is called executors',
    ]);
    expect(nameFaults(sourceOf('a.ts', 'handOn(byHand, logWord, sharded, bookkeeping, caseOpen, HANDSHAKE);'))).toEqual(
      [],
    );
  });

  test('finds a replaced name in a document, and leaves plain words and public fields', () => {
    expect(mentionFaults('a.md', 'One\n`LiveBooks` has a shard.')).toEqual([
      'a.md:2: LiveBooks is called live ledger',
      'a.md:2: shard is called task group',
    ]);
    expect(mentionFaults('a.md', 'In safe hands, the `fate`, `mend`, `story` and `books` of an open case.')).toEqual(
      [],
    );
    expect(phraseFaults('a.md', '`mend` says how to mend it')).toHaveLength(1);
  });

  test('reads texts too, and pieces of templates', () => {
    expect(textFaults(sourceOf('a.ts', `f('Mended.');\n\`at the most \${1} of it\`; // Whoever.`))).toEqual([
      'a.ts:1: "Mended" reads better as fix, correct, repair',
      'a.ts:2: "at the most" reads better as at most',
    ]);
  });

  test('finds a file that is named for what it does', () => {
    expect(fileNameFaults('src/a/resolving.ts')).toEqual(['src/a/resolving.ts: the name was replaced']);
    expect(fileNameFaults('src/a/self-watching.ts')).toEqual([
      'src/a/self-watching.ts: a file is named for a thing or a role',
    ]);
    expect(fileNameFaults('src/a/pending-payments.ts')).toEqual([]);
  });

  test('reads comments only, anywhere in a file', () => {
    const text = "const url = 'http://else'; // One, else two.\n/* Three */ const re = /\\/\\/ else/;";
    expect(commentsOf(sourceOf('a.ts', text))).toEqual([
      { text: '// One, else two.', line: 1 },
      { text: '/* Three */', line: 2 },
    ]);
    expect(commentFaults(sourceOf('a.ts', text))).toEqual(['a.ts:1: "else" reads better as otherwise']);
  });
});
