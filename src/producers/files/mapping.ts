// A mapping adapts other CSV files to our formats: their names for our columns, their separator, and values for missing
// columns. It is a small YAML file with a part for each kind of file.

import { RE2JS } from 're2js';
import { parse, YAMLError } from 'yaml';
import { z } from 'zod';
import { currencyExponent } from '../../domain/currency.ts';
import { HesabuError } from '../../domain/errors.ts';
import { ACCOUNT_NAME } from '../../domain/fact.ts';
import { schemaFault } from '../../domain/schema-fault.ts';
import { FILE_KINDS, type FileKind } from '../formats/format.ts';
import { CANONICAL_FORMATS } from '../formats/formats.ts';
import type { NumberForm } from '../formats/number-form.ts';
import { dateIn, isDateForm } from './cell-forms.ts';

export interface Mapping {
  /** The name of the file's encoding, where it is neither UTF-8 nor UTF-16. */
  readonly encoding?: string | undefined;
  /** Whether the file's last line has a line end too: without one, the file is cut. */
  readonly endsLines?: boolean | undefined;
  readonly separator: string | undefined;
  readonly provider: string | undefined;
  /** The provider's account that the file comes from. */
  readonly account: string | undefined;
  /** How the file writes numbers, where the mapping says it. */
  readonly numbers: NumberForm | undefined;
  /** The file's names for our fields. */
  readonly columns: ReadonlyMap<string, string>;
  /** For a field of which the cell has only a part: the pattern of that part, or of its first group. */
  readonly patterns?: ReadonlyMap<string, string>;
  /** The forms of dates that are not ISO 8601, in the order in which they are tried. */
  readonly dates?: readonly string[];
  /** The signs of currencies beside amounts, and which they are of. */
  readonly signs?: ReadonlyMap<string, string>;
  /** The values of fields in rows without their own. */
  readonly constants: ReadonlyMap<string, string>;
}

export type Mappings = Partial<Readonly<Record<FileKind, Mapping>>>;

const name = z.string().trim().min(1);
/** A constant as written: a number would lose its decimals, so it must be quoted. */
const constant = z.string({ error: 'expected a text: put numbers in quotes' });

/** A point, a comma, an apostrophe, and blanks, also those that do not break a line. */
const THOUSANDS = ['.', ',', "'", ' ', '\u00a0', '\u202f', '\u2009'] as const;

/** The decimal point where a mapping names none. */
const POINT = '.';

/** A pattern is matched in linear time, whatever it is: it needs no other check than that it is one. */
const pattern = z
  .string()
  .max(200)
  .refine(isPattern, 'expected a pattern of RE2: without look-around and back references');

function isPattern(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

/** What stands beside an amount: no figure, and no mark of numbers. */
const sign = z.string().regex(/^[^\d\s.,'+-]{1,4}$/u, 'expected a sign of a currency, such as "KSh"');
const code = z
  .string()
  .refine((written) => currencyExponent(written) !== undefined, 'expected an ISO 4217 currency code, such as KES');

const column = z.union([name, z.strictObject({ from: name, pattern })]);

const part = (kind: FileKind) => {
  const fields = z.enum(CANONICAL_FORMATS[kind].fields as readonly [string, ...string[]]);
  const given = z.strictObject({
    provider: name.max(64).optional(),
    account: z.string().regex(ACCOUNT_NAME, 'expected lower-case letters, digits and dashes').optional(),
    separator: z.enum([',', ';', '\t', '|']).optional(),
    decimal: z.enum(['.', ',']).optional(),
    thousands: z.array(z.enum(THOUSANDS)).optional(),
    dates: z.array(z.string().max(40).refine(isDateForm, 'expected a form such as dd/MM/yyyy')).optional(),
    currency_signs: z.record(sign, code).optional(),
    columns: z.partialRecord(fields, column).default({}),
    constants: z.partialRecord(fields, constant).default({}),
  });
  // 25.000 would be read as twenty-five by one part of the mapping, and as twenty-five thousand by the other.
  return given.refine(({ decimal = POINT, thousands = [] }) => !thousands.includes(decimal), {
    path: ['thousands'],
    error: 'expected no mark that is the decimal point, which is "." unless `decimal` says otherwise',
  });
};

const schema = z.strictObject({
  orders: part('orders').optional(),
  callbacks: part('callbacks').optional(),
  polls: part('polls').optional(),
  settlements: part('settlements').optional(),
  bank: part('bank').optional(),
});

/**
 * Reads a mapping file, for example
 * `settlements: { separator: ";", columns: { amount_received: "Amount paid" }, constants: { type: payment } }`.
 * Throws HESABU_MAPPING_INVALID with the name of the invalid field.
 */
export function parseMappings(text: string, where: string): Mappings {
  const written = parseYaml(text, where);
  const parsed = schema.safeParse(written);
  if (!parsed.success) {
    const { field, ...fault } = schemaFault(parsed.error.issues[0]!, written);
    throw new HesabuError('HESABU_MAPPING_INVALID', { where: `${where}: ${field || 'mapping'}`, ...fault });
  }
  const mappings: Partial<Record<FileKind, Mapping>> = {};
  for (const kind of FILE_KINDS) {
    const given = parsed.data[kind];
    if (given === undefined) continue;
    mappings[kind] = {
      separator: given.separator,
      numbers: numbersOf(given),
      provider: given.provider,
      account: given.account,
      ...columnsOf(Object.entries(given.columns)),
      ...(given.dates === undefined ? {} : { dates: given.dates }),
      ...(given.currency_signs === undefined ? {} : { signs: new Map(Object.entries(given.currency_signs)) }),
      constants: new Map(Object.entries(given.constants) as [string, string][]),
    };
  }
  return mappings;
}

type Column = z.output<typeof column>;

function columnsOf(given: readonly (readonly [string, Column | undefined])[]): Pick<Mapping, 'columns' | 'patterns'> {
  const columns = new Map<string, string>();
  const patterns = new Map<string, string>();
  for (const [field, written] of given) {
    if (written === undefined) continue;
    columns.set(field, typeof written === 'string' ? written : written.from);
    if (typeof written !== 'string') patterns.set(field, written.pattern);
  }
  return patterns.size === 0 ? { columns } : { columns, patterns };
}

/** Takes a field's part out of a cell; null where the cell has none. */
export type Extract = (cell: string) => string | null;

/** What makes a cell of another form into that of a field: a part of it, a date; null where nothing is to be done. */
export function extractorOf(mapping: Mapping | undefined, field: string): Extract | null {
  const part = partOf(mapping?.patterns?.get(field));
  const date = dateIn(mapping?.dates ?? [], field);
  if (part === null || date === null) return part ?? date;
  return (cell) => {
    const found = part(cell);
    return found === null ? null : date(found);
  };
}

function partOf(text: string | undefined): Extract | null {
  if (text === undefined) return null;
  const compiled = RE2JS.compile(text);
  return (cell) => {
    const matcher = compiled.matcher(cell);
    if (!matcher.find()) return null;
    return matcher.group(matcher.groupCount() > 0 ? 1 : 0);
  };
}

function numbersOf({ decimal, thousands }: z.output<ReturnType<typeof part>>): NumberForm | undefined {
  if (decimal === undefined && thousands === undefined) return undefined;
  return { decimal: decimal ?? POINT, thousands: thousands ?? [] };
}

function parseYaml(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    const line = error.linePos?.[0].line ?? 1;
    throw new HesabuError(
      'HESABU_MAPPING_INVALID',
      { where: `${where}:${line}`, expected: 'YAML', found: yamlFault(error) },
      error,
    );
  }
}

/** The parser's code of the fault as words. */
function yamlFault({ code }: YAMLError): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

/** The file's name for a field. */
export function mappedName(mapping: Mapping | undefined, field: string): string {
  return mapping?.columns.get(field) ?? field;
}
