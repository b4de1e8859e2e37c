// Personal data and secrets that a test plants in many places, and the places of a data directory in which it looks
// for them afterwards: unpacked, decoded, and as bytes.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { exchangesFolder } from '../../src/archive/exchanges/day-scan.ts';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import { TASK_TOPICS } from '../../src/domain/fact.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { knownSecrets } from '../../src/runtime/known-secrets.ts';
import { textOnDisk } from '../archive/exchanges/given.ts';

export const KINDS = ['telephone number', 'personal name', 'mail address', 'postal address', 'secret'] as const;
export type PlantedKind = (typeof KINDS)[number];

/** Where each planted text went, and what to look for. */
export class Planted {
  private readonly marks: { readonly place: string; readonly kind: PlantedKind; readonly forms: string[] }[] = [];

  /** A text that occurs nowhere else. */
  text(place: string, kind: PlantedKind): string {
    const nth = this.marks.length;
    const letters = `${String.fromCharCode(97 + Math.floor(nth / 26))}${String.fromCharCode(97 + (nth % 26))}`;
    const number = String(nth).padStart(4, '0');
    const [text, ...more] = {
      // Far from each other, since one that is taken for an amount is added up with others.
      'telephone number': [`2547985${String(nth * 37).padStart(5, '0')}`],
      'personal name': [`Zawadi Kip${letters}or`, `Kip${letters}or`],
      'mail address': [`zk.${letters}@kiprop.example`],
      'postal address': [`Kenyatta Avenue ${number}, Nakuru`, `Avenue ${number}`],
      secret: [`sk+live/${number}-Q7wZx`],
    }[kind] as [string, ...string[]];
    if (kind === 'secret') {
      knownSecrets.add(text);
      const bytes = Buffer.from(`a:${text}`);
      more.push(
        bytes.toString('base64').slice(4, -4),
        Buffer.from(text).toString('hex'),
        JSON.stringify(text).slice(1, -1),
      );
    }
    this.marks.push({ place, kind, forms: [text, encodeURIComponent(text), ...more] });
    return text;
  }

  /** `place: kind` of each text that stands somewhere in clear. */
  foundIn(texts: readonly string[]): string[] {
    const found = this.marks.filter(({ forms }) => forms.some((form) => texts.some((text) => text.includes(form))));
    return [...new Set(found.map(({ place, kind }) => `${place}: ${kind}`))].sort();
  }

  get places(): ReadonlySet<string> {
    return new Set(this.marks.map(({ place }) => place));
  }
}

/** Everything that the closed data directory of a service holds, as texts. */
export function textsIn(dir: string): string[] {
  const days = readdirSync(exchangesFolder(dir)).filter((name) => name.endsWith('.zst'));
  const imports = Array.from({ length: 40 }, (_, id) => readArchive(dir, id)?.toString() ?? '');
  return [
    ...ledgerTextsIn(dir),
    ...days.map((name) => textOnDisk(dir, name.slice(0, -4))),
    ...imports,
    ...tablesOf(dir),
  ];
}

/** The bytes and names of all files, and what is in the topics. */
export function ledgerTextsIn(dir: string): string[] {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name));
  const bytes = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path).toString('latin1'));
  return [...bytes, ...files, ...topicsOf(dir)];
}

function topicsOf(dir: string): string[] {
  const reader = openReader(dir, true);
  try {
    const texts: string[] = [];
    for (const topic of [...TASK_TOPICS, 'ledger.v1', 'imports.v1', 'rules.v1', 'epochs.v1'] as const) {
      const partitions = topic === 'imports.v1' || topic === 'rules.v1' ? 1 : reader.partitions;
      for (let partition = 0; partition < partitions; partition++) {
        for (const { payload } of reader.read(topic, partition, 0n)) texts.push(payload.toString());
      }
    }
    return texts;
  } finally {
    reader.close();
  }
}

function tablesOf(dir: string): string[] {
  const database = new DatabaseSync(join(dir, 'service.db'), { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return tables.map(({ name }) => JSON.stringify(database.prepare(`SELECT * FROM ${name}`).all(), asText));
  } finally {
    database.close();
  }
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
