// The statements of closed days: each file must have the bytes that its name is the hash of, and each that a decision
// names must be there.

import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATEMENTS_FOLDER } from '../../archive/texts/text-store.ts';
import { isDecision } from '../../domain/fact.ts';
import { isPeriodKey } from '../../domain/key.ts';
import { readFact, readKey } from '../../log/fact-codec.ts';
import type { LogReader } from '../../log/log-reader.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { isSigned } from '../../matching/decision-rights.ts';
import { type Fault, tampered } from '../directory/verification-fault.ts';

/** `keys` are those whose signatures count. A copy of a ledger on Kafka has no files: `isWhole` is false for it. */
export function statementFaults(dir: string, reader: LogReader, keys: ReadonlySet<string>, isWhole: boolean): Fault[] {
  const there = new Set<string>();
  const faults = filesBelow(join(dir, STATEMENTS_FOLDER)).flatMap(({ name, path }) => {
    there.add(name);
    const found = hash('sha256', readFileSync(join(dir, STATEMENTS_FOLDER, path)), 'hex');
    return found === name ? [] : [tampered(`${STATEMENTS_FOLDER}/${path}`, `bytes with the SHA-256 ${found}`)];
  });
  if (!isWhole) return faults;
  const missing = [...named(reader, keys)].filter((name) => !there.has(name)).sort();
  return [...faults, ...missing.map((name) => tampered(`${STATEMENTS_FOLDER}/${pathOf(name)}`, 'no such file'))];
}

function pathOf(name: string): string {
  return `${name.slice(0, 2)}/${name}`;
}

/** Files that are being written have a dot before their name, and are in no folder. */
function filesBelow(folder: string): { readonly name: string; readonly path: string }[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  return folders.flatMap((one) =>
    readdirSync(join(folder, one.name)).map((name) => ({ name, path: `${one.name}/${name}` })),
  );
}

/** The hashes of all statements that a service's decisions name. */
function named(reader: LogReader, keys: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  for (let partition = 0; partition < reader.partitions; partition++) {
    for (const { payload } of reader.read('decisions.v1', partition, 0n)) {
      forEachFact(payload, 0, (start, end) => {
        const key = readKey(payload, start);
        if (!isPeriodKey(key)) return;
        const fact = readFact(payload, start, end);
        if (!isDecision(fact) || fact.body.type !== 'PeriodClosed') return;
        if (fact.body.about !== key || !keys.has(fact.body.signer) || !isSigned(fact)) return;
        for (const { sha256 } of fact.body.statements) names.add(sha256);
      });
    }
  }
  return names;
}
