// Reads a mapping file: YAML with a part for each kind of file, or several of them with names.

import { parse, YAMLError } from 'yaml';
import { HesabuError } from '../../domain/errors.ts';
import { schemaFault } from '../../domain/schema-fault.ts';
import { FILE_KINDS, type FileKind } from '../formats/format.ts';
import type { Mapping, Mappings } from './mapping.ts';
import { mappingSchema, PART_KEYS } from './mapping-schema.ts';
import { expectedName, nearestOf } from './named-keys.ts';

/** Which of the named mappings is meant, and for which kinds of file one is needed: all of the mapping if absent. */
export interface MappingChoice {
  readonly name?: string | undefined;
  readonly kinds?: readonly FileKind[];
}

/** More names than anybody repeats by hand: an alias that stands for many aliases is no mapping. */
const ALIASES_MAX = 20;
/** The largest mapping that is read, in characters. */
const MAPPING_CHARS_MAX = 256 * 1024;

/**
 * Reads a mapping file, for example
 * `settlements: { separator: ";", columns: { amount_received: "Amount paid" }, constants: { type: payment } }`. Every
 * value is a text as it is written. Throws HESABU_MAPPING_INVALID with the name of the invalid field.
 */
export function parseMappings(text: string, where: string, { name, kinds }: MappingChoice = {}): Mappings {
  const written = parseYaml(text, where);
  const parts = membersOf(written, where, '', FILE_KINDS);
  const names = new Set<string>();
  const mappings: Partial<Record<FileKind, Mapping>> = {};
  for (const [kind, part] of parts as [FileKind, unknown][]) {
    const isNeeded = kinds?.includes(kind) ?? true;
    const named = namedParts(part);
    for (const known of named?.keys() ?? []) names.add(known);
    const path = named === undefined ? [kind] : [kind, chosenName(named, name, isNeeded, `${where}: ${kind}`)];
    const chosen = named === undefined ? part : named.get(path[1] ?? '');
    if (path.includes(undefined)) continue;
    mappings[kind] = mappingOf(kind, chosen, `${where}: ${path.join('.')}`);
  }
  if (name !== undefined && !names.has(name)) throw unknownName(where, name, names);
  return mappings;
}

function mappingOf(kind: FileKind, given: unknown, where: string): Mapping {
  const written = withMembers(given);
  const parsed = mappingSchema(kind).safeParse(written);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A mistyped key explains why another is missing.
  const { field, ...fault } = schemaFault(
    issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!,
    written,
  );
  throw new HesabuError('HESABU_MAPPING_INVALID', { where: field === '' ? where : `${where}.${field}`, ...fault });
}

/** The keys whose values have members. */
const WITH_MEMBERS: ReadonlySet<string> = new Set(['rows', 'columns', 'constants', 'words']);

/** Where nothing stands after a name but comments, it has no members. */
function withMembers(part: unknown): unknown {
  const orNone = (value: unknown) => (value === '' ? {} : value);
  const each = (value: unknown, change: (inner: unknown, key: string) => unknown): unknown =>
    isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one, key)])) : value;
  return each(orNone(part), (value, key) => {
    if (key === 'words') return each(orNone(value), orNone);
    return WITH_MEMBERS.has(key) ? orNone(value) : value;
  });
}

/** The mappings of a kind by their names; undefined where there is one without a name. */
function namedParts(part: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!isObject(part)) return undefined;
  const entries = Object.entries(part);
  const isNamed = ([key, value]: [string, unknown]) =>
    isObject(value) &&
    !PART_KEYS.includes(key) &&
    (nearestOf(key, PART_KEYS) === undefined || Object.keys(value).some((inner) => PART_KEYS.includes(inner)));
  return entries.length > 0 && entries.every(isNamed) ? new Map(entries) : undefined;
}

/** Undefined where none is meant, and none is needed. */
function chosenName(
  named: ReadonlyMap<string, unknown>,
  name: string | undefined,
  isNeeded: boolean,
  where: string,
): string | undefined {
  const names = [...named.keys()];
  if (name !== undefined && named.has(name)) return name;
  if (names.length === 1) return names[0];
  if (!isNeeded) return undefined;
  throw unknownName(where, name, new Set(names));
}

function unknownName(where: string, name: string | undefined, names: ReadonlySet<string>): HesabuError {
  const known = [...names];
  return new HesabuError('HESABU_MAPPING_INVALID', {
    where,
    expected: known.length === 0 ? 'no name: none of its mappings has one' : `one of the names ${known.join(', ')}`,
    found: name ?? 'no name',
    ...(known.length === 0 ? {} : { remedy: `Choose one: --mapping FILE#${nearestOf(name ?? '', known) ?? known[0]}` }),
  });
}

/** The members of an object that has no others than these. */
function membersOf(value: unknown, where: string, path: string, known: readonly string[]): [string, unknown][] {
  const fault = (field: string, expected: string, found: string) =>
    new HesabuError('HESABU_MAPPING_INVALID', { where: `${where}: ${field || 'mapping'}`, expected, found });
  if (!isObject(value)) throw fault(path, 'an object', Array.isArray(value) ? 'a list' : 'nothing of the kind');
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw fault(unknown, expectedName(unknown, known).replace('expected ', ''), 'another');
  return Object.entries(value);
}

function parseYaml(text: string, where: string): unknown {
  const invalid = (place: string, expected: string, found: string, error?: unknown) =>
    new HesabuError('HESABU_MAPPING_INVALID', { where: place, expected, found }, error);
  if (text.length > MAPPING_CHARS_MAX) throw invalid(where, `at most ${MAPPING_CHARS_MAX} characters`, 'more');
  let written: unknown;
  try {
    // Every scalar is a text: 1.50 keeps its zero, and No is a word.
    written = parse(text, { schema: 'failsafe', maxAliasCount: ALIASES_MAX, logLevel: 'error' });
  } catch (error) {
    if (error instanceof YAMLError) {
      const line = error.linePos?.[0].line ?? 1;
      throw invalid(`${where}:${line}`, 'YAML', error.code.toLowerCase().replaceAll('_', ' '), error);
    }
    // A bomb of aliases, or more brackets in brackets than anybody writes.
    if (error instanceof ReferenceError || error instanceof RangeError)
      throw invalid(where, 'a plain mapping', 'too many aliases, or too deep a nesting', error);
    throw error;
  }
  const fault = oddName(written, 0);
  if (fault !== undefined) throw invalid(where, 'names and values of a mapping', fault);
  return written;
}

/** No mapping is deeper. */
const DEPTH_MAX = 12;

/** A name that programs give a meaning of its own, or a value in itself. */
function oddName(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > DEPTH_MAX) return 'too deep a nesting';
  for (const [name, inner] of Object.entries(value)) {
    const found = name === '__proto__' ? 'the name __proto__' : oddName(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
