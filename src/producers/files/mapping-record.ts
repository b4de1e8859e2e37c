// A mapping as it is kept with the import that was read by it, and back again.

import type { Column, ConditionalValue, Mapping, RowFilter, Unit } from './mapping.ts';

type Members<Value> = Readonly<Record<string, Value>>;

export function storedMapping(mapping: Mapping): Members<unknown> {
  return JSON.parse(JSON.stringify(mapping, canonical)) as Members<unknown>;
}

/** The order in which somebody wrote the members of a mapping means nothing. */
export function canonical(_name: string, value: unknown): unknown {
  const members = value instanceof Map ? [...value] : isMembers(value) ? Object.entries(value) : undefined;
  if (members === undefined) return value;
  return Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The mapping that was stored: what is a map in it stands as an object there. */
export function readStoredMapping(stored: Members<unknown>): Mapping {
  const { columns, constants, words, currencySigns, unit, prefix, series, rows, ...rest } = stored as unknown as Stored;
  return {
    ...rest,
    columns: mapOf(columns, columnOf),
    constants: mapOf(constants, same),
    ...(words === undefined ? {} : { words: mapOf(words, (of) => mapOf(of, same)) }),
    ...(currencySigns === undefined ? {} : { currencySigns: mapOf(currencySigns, same) }),
    ...(unit === undefined ? {} : { unit: typeof unit === 'string' ? unit : mapOf(unit, same) }),
    ...(prefix === undefined ? {} : { prefix: typeof prefix === 'string' ? prefix : mapOf(prefix, same) }),
    ...(series === undefined ? {} : { series: mapOf(series, seriesOf) }),
    ...(rows === undefined ? {} : { rows: filterOf(rows) }),
  };
}

type StoredFilter = Readonly<Record<keyof RowFilter, Members<readonly string[]>>>;
type StoredColumn = Column & { readonly when?: readonly (Omit<ConditionalValue, keyof RowFilter> & StoredFilter)[] };

type MapKeys = 'columns' | 'constants' | 'words' | 'currencySigns' | 'unit' | 'prefix' | 'series' | 'rows';

interface Stored extends Omit<Mapping, MapKeys> {
  readonly columns: Members<StoredColumn>;
  readonly constants: Members<string>;
  readonly words?: Members<Members<string>>;
  readonly currencySigns?: Members<string>;
  readonly unit?: Unit | Members<Unit>;
  readonly prefix?: string | Members<string>;
  readonly series?: Members<string | Members<string>>;
  readonly rows?: StoredFilter;
}

function columnOf(column: StoredColumn): Column {
  if (column.when === undefined) return column;
  const when = column.when.map((one): ConditionalValue => ({ ...one, ...filterOf(one) }));
  return { ...column, when } as Column;
}

function seriesOf(of: string | Members<string>): string | ReadonlyMap<string, string> {
  return typeof of === 'string' ? of : mapOf(of, same);
}

function filterOf({ where, not }: StoredFilter): RowFilter {
  return { where: mapOf(where, same), not: mapOf(not, same) };
}

function mapOf<Value, Read>(members: Members<Value>, read: (value: Value) => Read): ReadonlyMap<string, Read> {
  return new Map(Object.entries(members).map(([name, value]) => [name, read(value)]));
}

const same = <Value>(value: Value): Value => value;

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
