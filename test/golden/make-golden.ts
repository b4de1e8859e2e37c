// Makes a golden ledger: of the inputs that its directory has. Where there are none, the first is made of one key for
// each scenario of the simulated week, in two runs, and the second of a story in which people decide. Run it by hand,
// once for each: `node test/golden/make-golden.ts NUMBER`. Its result is kept and never made again.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportLedger } from '../../src/app/export.ts';
import { proveEntry } from '../../src/app/proof.ts';
import { entryId } from '../../src/domain/entry.ts';
import type { SimulationFile } from '../../src/simulation/marketplace/files.ts';
import { type Simulation, simulate } from '../../src/simulation/marketplace/simulation.ts';
import { decide, storyFiles } from './decided-story.ts';
import { entriesIn, type Golden, goldenDirectory, goldenText, makeGolden } from './golden.ts';

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

function writeWeek(directory: string): void {
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

function writeStory(directory: string): void {
  for (const [path, text] of Object.entries(storyFiles())) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  // On the second evening people only close a day.
  mkdirSync(join(directory, 'run-2'), { recursive: true });
}

/** What an outsider is given of the story: the signed heads, and the proofs of a closed day and of a resolution. */
async function writeAudit(data: string, golden: Golden, directory: string): Promise<void> {
  const [from, to] = [mkdtempSync(join(tmpdir(), 'hesabu-audit-')), join(directory, 'audit')];
  mkdirSync(to, { recursive: true });
  try {
    await exportLedger(data, from);
    const names = ['vkey.txt', ...Array.from({ length: golden.partitions }, (_, at) => `checkpoint-${at}.txt`)];
    for (const reason of ['PERIOD_CLOSED', 'WRITTEN_OFF']) {
      const entry = entriesIn(golden).find(({ finding }) => finding.reason === reason)!;
      const id = entryId(entry.partition, entry.height, entry.index);
      names.push(...(await proveEntry(data, id, from)).files);
    }
    for (const name of new Set(names)) copyFileSync(join(from, name), join(to, name));
  } finally {
    rmSync(from, { recursive: true });
  }
}

const number = Number(process.argv[2]);
const directory = goldenDirectory(number);
if (!existsSync(join(directory, 'rules.yaml'))) (number === 1 ? writeWeek : writeStory)(directory);
const golden = await makeGolden(number, {
  decide,
  keep: (data, made) => (number === 1 ? Promise.resolve() : writeAudit(data, made, directory)),
});
writeFileSync(join(directory, 'ledger.jsonl'), goldenText(golden));
const { partitions, blocks, entries, outcome_root } = golden;
process.stdout.write(`${JSON.stringify({ partitions, blocks, entries, outcome_root })}\n`);
