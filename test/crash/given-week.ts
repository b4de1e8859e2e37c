// Three days of a simulated shop's files, small enough to be processed some hundred times.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { canonicalRules, parseRules } from '../../src/matching/rules.ts';
import { simulate } from '../../src/simulation/marketplace/simulation.ts';

/** On the third day the settlement file of the second day is sent again. */
const DAY_COUNT = 3;
const LINES_MAX = 60;

/** Writes the first lines of each file of the first days of a simulated week, and its rules. */
export function writeWeek(dir: string): void {
  const { days, rules } = simulate(1);
  for (const { name, files } of days.slice(0, DAY_COUNT)) {
    mkdirSync(join(dir, name), { recursive: true });
    for (const { name: file, text } of files) {
      const lines = text.split('\n').slice(0, LINES_MAX);
      writeFileSync(join(dir, name, file), `${lines.join('\n')}\n`);
    }
  }
  writeFileSync(join(dir, 'rules.json'), canonicalRules(parseRules(parse(rules))));
}
