// Counts the cases of docs/faults.md that tests cover: a test's title ends in the ids of its cases, in brackets.
// `npm run faults` prints the count; `npm run faults -- --keep` also writes the covered ones to the list that may not
// shrink.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KEPT = fileURLToPath(new URL('faults-covered.txt', import.meta.url));

/** Letters of the groups, with their names. */
const GROUPS = { L: 'load', F: 'faults', B: 'bad input', S: 'security', R: 'replay and audit' } as const;
/** `(S23)`, `(F01, F02 partly)`: the last thing in a title, before the quote that ends it. */
const IDS = /\(((?:[LFBSR]\d\d(?: partly)?(?:, )?)+)\)(?=['"`])/g;

/** How far tests cover a case: wholly, by all tests that name it together, or partly, if all say so. */
export type Coverage = 'covered' | 'partly';

/** The ids of all cases, in the order of the document. */
export function caseIds(): string[] {
  return idsOfTable(0);
}

/** Those that the second table says are not covered. */
export function leftIds(): string[] {
  return idsOfTable(1);
}

function idsOfTable(nth: number): string[] {
  const part = readFileSync(`${ROOT}/docs/faults.md`, 'utf8').split('\n## Not covered')[nth] ?? '';
  return [...part.matchAll(/^\| ([LFBSR]\d\d) \|/gm)].map(([, id]) => id!);
}

/** The ids that stand in the titles of a test file. */
export function idsIn(text: string): Map<string, Coverage> {
  const found = new Map<string, Coverage>();
  for (const [, list] of text.matchAll(IDS)) {
    for (const part of list!.split(', ')) {
      const [id, partly] = part.split(' ');
      if (partly === undefined) found.set(id!, 'covered');
      else if (!found.has(id!)) found.set(id!, 'partly');
    }
  }
  return found;
}

/** The ids that stand in the titles of all tests. */
export function coveredIds(): Map<string, Coverage> {
  // Contract suites are run by the tests of each adapter.
  const texts = globSync(['test/**/*.test.ts', 'test/contract/**/*.ts'], {
    ...{ cwd: ROOT, exclude: ['test/house/faults.test.ts'] },
  });
  return idsIn(texts.map((path) => readFileSync(`${ROOT}/${path}`, 'utf8')).join('\n'));
}

/** The cases that were covered and must stay so. */
export function keptIds(): string[] {
  return readFileSync(KEPT, 'utf8').split('\n').filter(Boolean);
}

function report(): string {
  const ids = caseIds();
  const found = coveredIds();
  const those = (coverage: Coverage | undefined, group = '') =>
    ids.filter((id) => id.startsWith(group) && found.get(id) === coverage);
  const lines = Object.entries(GROUPS).map(([letter, name]) => {
    const total = ids.filter((id) => id.startsWith(letter)).length;
    const [whole, part] = [those('covered', letter).length, those('partly', letter).length];
    return `${letter}  ${name.padEnd(17)}${String(whole).padStart(3)} of ${total}, ${part} partly`;
  });
  return [
    `${those('covered').length} of ${ids.length}, and ${those('partly').length} partly`,
    ...lines,
    `covered:  ${those('covered').join(' ')}`,
    `partly:   ${those('partly').join(' ')}`,
    `by none:  ${those(undefined).join(' ')}`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${report()}\n`);
  if (process.argv.includes('--keep')) {
    const found = coveredIds();
    writeFileSync(
      KEPT,
      caseIds()
        .map((id) => (found.get(id) === 'covered' ? `${id}\n` : ''))
        .join(''),
    );
  }
}
