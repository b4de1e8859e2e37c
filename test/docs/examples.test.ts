// What documents show is what happens: rules and mappings are taken, and what commands print is what they print.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { thresholdsOn } from '../../src/matching/review.ts';
import { DEFAULT_RULES, parseRules, riskRulesOf } from '../../src/matching/rules.ts';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import { PART_KEYS } from '../../src/producers/files/mapping-schema.ts';
import { ROOT, textOf } from '../house/source.ts';
import { MAIN } from '../program.ts';
import { codeBlocks } from './documents.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-docs-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const yamlIn = (path: string) =>
  codeBlocks({ text: textOf(path) })
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => text);

describe('docs/rules-and-reasons.md', () => {
  const [defaults, example] = yamlIn('docs/rules-and-reasons.md');

  test('shows the defaults, all of them', () => {
    expect(parseRules(parse(defaults!))).toEqual({ ...DEFAULT_RULES, risk: riskRulesOf(DEFAULT_RULES) });
  });

  test('shows an example that is taken', () => {
    const rules = parseRules(parse(example!));
    const { fees, tolerance } = rules;
    expect(fees.length).toBeGreaterThan(1);
    expect(tolerance).not.toEqual({});
    expect(thresholdsOn(rules)).not.toEqual({});
  });
});

describe('docs/files.md', () => {
  test('shows mappings that are taken', () => {
    const mappings = yamlIn('docs/files.md').map((text) => parseMappings(text, 'docs/files.md', { kinds: [] }));
    const shown = mappings.map(({ settlements, bank }) => settlements?.header ?? bank?.columns.get('payout_id'));
    expect(shown).toEqual([{ from: ['narration'], pattern: 'PSTK_(\\d+)' }, 'Receipt No.', undefined]);
  });

  test('shows an example of each key of a mapping that is taken', () => {
    const [language = ''] = /^## Mappings$[\s\S]*?^### A mapping for/m.exec(textOf('docs/files.md')) ?? [];
    const rows = language.matchAll(/^\| ((?:`\w+`(?:, )?)+|a list) \|.*\| (`.*`) \|$/gm);
    const keys = [...rows].flatMap(([, names, examples]) => {
      for (const [, example] of examples!.matchAll(/`([^`]+)`/g)) {
        const part = example!.startsWith('{') ? `columns: ${example}` : example!;
        const kind = /status|duka/.test(part) ? 'orders' : 'settlements';
        expect(() => parseMappings(`${kind}:\n  ${part}`, part)).not.toThrow();
      }
      return [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    });
    expect(keys).toEqual(expect.arrayContaining(PART_KEYS.filter((key) => key !== 'columns')));
  });
});

/** Times of the machine are no part of what is compared. */
const stable = (line: string) => line.trimEnd().replace(/ {2}\d+\.\d s$/, '');

function run(program: string, ...args: string[]): string {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program] as const;
  return execFileSync(node[0], [...node.slice(1), ...args], { cwd: dir, encoding: 'utf8' });
}

describe('README.md', () => {
  let demo = '';
  beforeAll(() => {
    demo = run(MAIN, 'demo');
  }, 300_000);

  test('begins with a demo that reconciles a week, adds up, and agrees with the truth', () => {
    expect(demo).toMatch(/^day-5 {2}[\d,]+ rows, [\d,]+ new facts, \d+ rejected, \d+ open breaks/m);
    expect(demo).toContain('settlements.csv was delivered again: refused and not counted');
    expect(demo).toContain('The ten largest breaks');
    expect(demo).toContain('Everything about one payment');
    const worked = /^ {7}people: (\d+) proposals, (\d+) approvals, (\d+) rejections, /m.exec(demo) ?? [];
    expect(worked.slice(1).map((count) => Number(count) > 5)).toEqual([true, true, true]);
    const [, total, parts] = /^Cases: (\d+) = (.*); each stands as people left it\.$/m.exec(demo)!;
    const counts = [...parts!.matchAll(/(\d+) [a-z ]+/g)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(5);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Number(total));
    expect(demo).toMatch(/The ledger agrees with what really happened to all [\d,]+ payments\.\n$/);
    const place = join(dir, 'hesabu-demo');
    expect(existsSync(join(place, 'reports', 'day-5', 'report.xlsx'))).toBe(true);
    expect(existsSync(join(place, 'books', 'checkpoints', '0.txt'))).toBe(true);
  });

  test('quotes what the commands print', { timeout: 600_000 }, () => {
    const printed = [
      demo,
      run(MAIN, 'trace', 'BC1-2026-0025363', '--data', 'hesabu-demo/books'),
      run(MAIN, 'verify', '--data', 'hesabu-demo/books'),
      run(MAIN, 'replay', '--data', 'hesabu-demo/books'),
      run(MAIN, 'export', '--data', 'hesabu-demo/books', '--out', 'for-audit'),
      run(
        join(ROOT, 'tools/verify.mjs'),
        ...['tree', 'for-audit/vkey.txt', 'for-audit/checkpoint-1.txt', 'for-audit/entries-1.bin'],
      ),
    ];
    const lines = new Set(printed.flatMap((text) => text.split('\n')).map(stable));
    const quoted = codeBlocks({ text: textOf('README.md') })
      .filter(({ language }) => language === '')
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => line !== '' && !line.startsWith('$ '));
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((line) => !lines.has(stable(line)))).toEqual([]);
  });
});
