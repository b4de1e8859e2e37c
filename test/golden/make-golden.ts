// Makes the golden ledger of the present version: of the inputs that its directory has, otherwise of one key for each
// scenario of the simulated week, in two runs. Run it by hand, once for each version:
// `node test/golden/make-golden.ts VERSION`. Its result is kept and never made again.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulationFile } from '../../src/simulation/marketplace/files.ts';
import { type Simulation, simulate } from '../../src/simulation/marketplace/simulation.ts';
import { goldenDirectory, goldenText, makeGolden } from './golden.ts';

/** Ids of the simulated gateway and its operators. */
const ID = /\b(?:MFS\d{6,}|QF[0-9A-Z]{6,})\b/g;
const RUN_OF_DAY = ['run-1', 'run-1', 'run-2', 'run-2', 'run-2'];

/** The names in the rows of the chosen keys: their references, and every id beside one of them. */
function namesOf(simulation: Simulation): Set<string> {
  const first = new Map(simulation.truths.toReversed().map(({ scenario, key }) => [scenario, key]));
  const names = new Set([...first.values()].map((key) => key.replace(/^\?.*:/, '')));
  const rows = simulation.days.flatMap(({ files }) => files.flatMap(({ text }) => text.split('\n')));
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const row of rows) if (holdsAny(row, names)) for (const [id] of row.matchAll(ID)) names.add(id);
  }
  return names;
}

function holdsAny(row: string, names: ReadonlySet<string>): boolean {
  for (const name of names) if (row.includes(name)) return true;
  return false;
}

/** The file with only the rows of these names; undefined if none is left. */
function selectRows({ name, text }: SimulationFile, names: ReadonlySet<string>): string | undefined {
  const rows = text.trimEnd().split('\n');
  const remaining = rows.filter((row) => holdsAny(row, names));
  if (remaining.length === 0) return undefined;
  if (name.endsWith('.csv')) return `${[rows[0], ...remaining].join('\n')}\n`;
  if (name.endsWith('.jsonl')) return `${remaining.join('\n')}\n`;
  return `${rows[0]}\n${remaining.map((row) => row.replace(/,$/, '')).join(',\n')}\n${rows.at(-1)}\n`;
}

function writeInputs(directory: string): void {
  const simulation = simulate(1);
  const names = namesOf(simulation);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'rules.yaml'), simulation.rules);
  for (const [at, { files }] of simulation.days.entries()) {
    const folder = join(directory, RUN_OF_DAY[at]!);
    mkdirSync(folder, { recursive: true });
    for (const file of files) {
      const text = selectRows(file, names);
      const name = file.name.replace('.', `-${at + 1}.`);
      if (text !== undefined) writeFileSync(join(folder, name), text);
    }
  }
}

const directory = goldenDirectory(Number(process.argv[2]));
if (!existsSync(join(directory, 'rules.yaml'))) writeInputs(directory);
const golden = await makeGolden(directory);
writeFileSync(join(directory, 'ledger.jsonl'), goldenText(golden));
const { partitions, blocks, entries, outcome_root } = golden;
process.stdout.write(`${JSON.stringify({ partitions, blocks, entries, outcome_root })}\n`);
