// The schema of a mapping: its keys, what each may hold, and words for people about what is refused. All values are
// texts, as they are written.

import { RE2JS } from 're2js';
import { z } from 'zod';
import { isZone } from '../../domain/calendar.ts';
import { currencyExponent } from '../../domain/currency.ts';
import { ACCOUNT_NAME } from '../../domain/fact.ts';
import { AMOUNT_FIELDS, RATE_FIELDS } from '../formats/field-forms.ts';
import type { FileKind } from '../formats/format.ts';
import { CANONICAL_FORMATS } from '../formats/formats.ts';
import { isEncoding } from './encodings.ts';
import { nameKey } from './header.ts';
import { seriesSchema } from './id-series.ts';
import type { Column, ConditionalValue, Mapping, RowFilter, Unit } from './mapping.ts';
import { expectedName, mapOf, named, strict } from './named-keys.ts';

import { isTimeForm } from './time-forms.ts';

/** The keys of one mapping. */
export const PART_KEYS: readonly string[] = [
  ...['provider', 'account', 'encoding', 'ends_lines', 'separator', 'sheet', 'header', 'header_row', 'footer', 'rows'],
  ...['decimal', 'thousands', 'currency_signs', 'unit', 'brackets', 'trailing_minus', 'signs', 'dates', 'zone'],
  ...['columns', 'constants', 'words', 'prefix', 'series', 'each'],
];

/** A point, a comma, an apostrophe, and blanks, also those that do not break a line. */
const THOUSANDS = ['.', ',', "'", '\u2019', ' ', '\u00a0', '\u202f', '\u2009'] as const;
/** The decimal point where a mapping names none. */
const POINT = '.';
const LIST_MAX = 200;

const text = z.string({ error: 'expected a text' });
const name = text.trim().min(1, 'expected a name');
/** One alone may stand without the brackets of a list; refused in the words of one. */
const list = <const Value extends z.ZodType<string, string>>(value: Value, max: number, least = 1) =>
  z.preprocess(
    (written) => (typeof written === 'string' ? [written] : written),
    z.array(value, 'expected a text, or a list of texts').min(least).max(max),
  );
const names = list(name, LIST_MAX).transform((found): readonly string[] => found);
const choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, `expected ${words.map((word) => JSON.stringify(word)).join(' or ')}`);
const flag = choice(['true', 'false']).transform((written) => written === 'true');
const any = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string(), value).transform((found) => mapOf<z.output<Value>>(found));

/** A pattern is matched in linear time, whatever it is: it needs no other check than that it is one. */
const pattern = text.max(200).refine(isPattern, 'expected a pattern of RE2: without look-around and back references');

const letters = choice(['upper']).optional();

function isPattern(written: string): boolean {
  try {
    RE2JS.compile(written);
    return true;
  } catch {
    return false;
  }
}

const filter = any(list(text, LIST_MAX));

/** A text, or a column, in rows that fulfil conditions. */
const condition = strict({
  from: name.optional(),
  value: text.optional(),
  where: filter.optional(),
  not: filter.optional(),
})
  .refine(({ from, value }) => (from === undefined) !== (value === undefined), 'expected either `from` or `value`')
  .transform(({ from, value, ...conditions }): ConditionalValue => {
    return {
      ...(from === undefined ? {} : { from }),
      ...(value === undefined ? {} : { value }),
      ...filterOf(conditions),
    };
  });

interface WrittenFrom {
  readonly from?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
  readonly letters?: 'upper' | undefined;
  readonly when?: readonly ConditionalValue[] | undefined;
}

function fromWhen({ from = [], letters: written, ...rest }: WrittenFrom): Column {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { from, ...(written === undefined ? {} : { isUpper: true }), ...Object.fromEntries(given) };
}

/** A column that is added twice doubles an amount; one that is taken from itself makes nothing of it. */
const ONCE = 'expected each column once';

function areOnce(columns: readonly string[]): boolean {
  return new Set(columns.map(nameKey)).size === columns.length;
}

function areApart({ plus = [], minus = [] }: WrittenPlusMinus): boolean {
  return areOnce([...plus, ...minus]);
}

const COLUMN_FORMS: readonly (readonly [string, z.ZodType<Column>])[] = [
  ['plus', strict({ plus: names.optional(), minus: names.optional() }).refine(areApart, ONCE).transform(plusMinus)],
  ['minus', strict({ plus: names.optional(), minus: names }).refine(areApart, ONCE).transform(plusMinus)],
  ['sum', strict({ sum: names.refine(areOnce, ONCE) })],
  [
    'when',
    strict({ from: names.optional(), pattern: pattern.optional(), letters, when: z.array(condition) }).transform(
      fromWhen,
    ),
  ],
  ['negate', strict({ negate: names }).transform(({ negate }): Column => ({ from: negate, isNegated: true }))],
  ['from', strict({ from: names, pattern: pattern.optional(), letters }).transform(fromWhen)],
];

interface WrittenPlusMinus {
  readonly plus?: readonly string[] | undefined;
  readonly minus?: readonly string[] | undefined;
}

function plusMinus({ plus = [], minus = [] }: WrittenPlusMinus): Column {
  return { plus, minus };
}

/** A name, several of which the first counts, or one of the forms; refused in the words of the form that was meant. */
const column = z.unknown().transform((written, context): Column => {
  const isForm = typeof written === 'object' && written !== null && !Array.isArray(written);
  const form = isForm ? (COLUMN_FORMS.find(([key]) => key in written) ?? COLUMN_FORMS.at(-1)!)[1] : undefined;
  const read = (form ?? names.transform((from): Column => ({ from }))).safeParse(written);
  if (read.success) return read.data;
  for (const issue of read.error.issues) context.issues.push({ ...issue, input: written } as never);
  return z.NEVER;
});

function requireAmounts(columns: ReadonlyMap<string, Column>, context: z.RefinementCtx): void {
  for (const [field, of] of columns) {
    if (('from' in of && of.isNegated === undefined) || AMOUNT_FIELDS.has(field) || RATE_FIELDS.has(field)) continue;
    const message = 'expected a column, since only an amount is added up or negated';
    context.addIssue({ code: 'custom', path: [field], message });
  }
}

/** What stands beside an amount: no figure, and no mark of numbers. */
const sign = text.regex(/^[^\d\s.,'+()-]{1,8}$/u, 'expected a sign of a currency, such as "KSh"');
const code = text.refine(
  (written) => currencyExponent(written) !== undefined,
  'expected an ISO 4217 code, such as KES',
);
const side = choice(['positive', 'negative']);
const unit = choice(['minor', 'iso_minor', 'major']);
const dateForm = text.max(40).refine(isTimeForm, 'expected a form such as dd/MM/yyyy or dd-MM-yyyy HH:mm:ss');

type Written = z.output<ReturnType<typeof partSchema>>;

function partSchema(kind: FileKind) {
  const { fields, words: known = {} } = CANONICAL_FORMATS[kind];
  return strict({
    provider: name.max(64).optional(),
    account: text.regex(ACCOUNT_NAME, 'expected lower-case letters, digits and dashes').optional(),
    encoding: text.max(40).refine(isEncoding, 'expected the name of an encoding, such as windows-1252').optional(),
    ends_lines: flag.optional(),
    separator: choice([',', ';', '\t', '|']).optional(),
    sheet: name.max(64).optional(),
    header: name.optional(),
    header_row: text.regex(/^[1-9]\d{0,4}$/, 'expected the number of a row').optional(),
    footer: list(name, LIST_MAX).optional(),
    rows: strict({ where: filter.optional(), not: filter.optional() }).optional(),
    decimal: choice(['.', ',']).optional(),
    thousands: list(choice(THOUSANDS), LIST_MAX, 0).optional(),
    currency_signs: z
      .record(sign, code)
      .transform((found) => mapOf<string>(found))
      .optional(),
    unit: z
      .union([unit, z.record(code, unit).transform((found) => mapOf<Unit>(found))], {
        error: 'expected minor or iso_minor, or one of them by currency',
      })
      .optional(),
    brackets: choice(['negative']).optional(),
    trailing_minus: flag.optional(),
    signs: strict({ returns: side.optional(), fees: side.optional() }).optional(),
    dates: list(dateForm, 20, 0).optional(),
    zone: text.refine(isZone, 'expected a zone such as Africa/Nairobi').optional(),
    columns: named(fields, column).superRefine(requireAmounts).default(new Map()),
    constants: named(fields, text).default(new Map()),
    words: wordsSchema(fields, known).optional(),
    prefix: (fields.includes('merchant') ? z.union([text.max(64), any(text.max(64))]) : text.max(64)).optional(),
    series: seriesSchema(fields).optional(),
    each: name.optional(),
  });
}

/** Of a field with words of its own, the file's words stand for these. */
function wordsSchema(fields: readonly string[], known: Readonly<Record<string, readonly string[]>>) {
  const shape = fields.map((field) => {
    const ours = known[field];
    if (field === 'currency' || field === 'settlement_currency') return [field, any(code).optional()] as const;
    const word =
      ours === undefined
        ? text.max(256)
        : text.refine((one) => ours.includes(one), {
            error: ({ input }) => expectedName(String(input), ours),
          });
    return [field, any(word).optional()] as const;
  });
  return strict(Object.fromEntries(shape)).transform((found) => mapOf<ReadonlyMap<string, string>>(found));
}

/** Reads one mapping of a kind, as the YAML has it. */
export function mappingSchema(kind: FileKind): z.ZodType<Mapping> {
  const known = schemas.get(kind);
  if (known !== undefined) return known;
  const schema = partSchema(kind)
    // 25.000 would be read as twenty-five by one part of the mapping, and as twenty-five thousand by the other.
    .refine(({ decimal = POINT, thousands = [] }) => !(thousands as readonly string[]).includes(decimal), {
      path: ['thousands'],
      error: 'expected no mark that is the decimal point, which is "." unless `decimal` says otherwise',
    })
    .refine(({ header, header_row }) => header === undefined || header_row === undefined, {
      path: ['header_row'],
      error: 'expected either `header` or `header_row`',
    })
    .transform(mappingOf);
  schemas.set(kind, schema);
  return schema;
}

const schemas = new Map<FileKind, z.ZodType<Mapping>>();

function mappingOf(written: Written): Mapping {
  const { encoding, ends_lines, provider, account, separator, sheet, header, header_row, footer, rows, ...rest } =
    written;
  const {
    columns,
    constants,
    words,
    prefix,
    series,
    each,
    currency_signs,
    unit: units,
    signs,
    dates,
    zone,
    ...numbers
  } = rest;
  const row = header_row === undefined ? undefined : Number(header_row);
  const found = {
    ...{ encoding, endsLines: ends_lines, provider, account, separator, sheet, header: header ?? row, footer },
    ...{ rows: rows && filterOf(rows), numbers: numbersOf(numbers), currencySigns: currency_signs, unit: units },
    ...{ signs, dates, zone, columns, constants, words, prefix, series, each },
  };
  // What is not said is not there, so that two mappings that say the same are the same.
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as unknown as Mapping;
}

interface WrittenFilter {
  readonly where?: RowFilter['where'] | undefined;
  readonly not?: RowFilter['not'] | undefined;
}

function filterOf({ where = new Map(), not = new Map() }: WrittenFilter): RowFilter {
  return { where, not };
}

function numbersOf({
  decimal,
  thousands,
  brackets,
  trailing_minus,
}: Pick<Written, 'decimal' | 'thousands' | 'brackets' | 'trailing_minus'>): Mapping['numbers'] {
  const isOpen = decimal === undefined && thousands === undefined;
  if (isOpen && brackets === undefined && trailing_minus === undefined) return undefined;
  return {
    ...{ isOpen, decimal: decimal ?? POINT, thousands: thousands ?? [] },
    ...{ brackets: brackets === 'negative', trailingMinus: trailing_minus === true },
  };
}
