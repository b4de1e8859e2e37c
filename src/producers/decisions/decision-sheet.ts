// Reads what people decided in a workbook of cases: one row, one decision, or the reason why it is none. Rows that say
// nothing are passed over. A formula in one of our columns is never worked out and never trusted: its row is refused.

import { CAUSES, type Cause } from '../../domain/decision.ts';
import {
  CAUSE_WORDS,
  SHEET_ACT_WORDS,
  SHEET_ACTS,
  SHEET_COLUMN_WORDS,
  SHEET_COLUMNS,
  type SheetAct,
  type SheetColumnName,
} from '../../domain/decision-words.ts';
import type { ErrorCode } from '../../domain/error-codes.ts';
import { HesabuError } from '../../domain/errors.ts';
import { LANGUAGES } from '../../domain/language.ts';
import { quoted } from '../../domain/quotation.ts';
import { findSheet, Workbook } from '../files/workbook.ts';
import type { CellKind } from '../formats/cell-kind.ts';

export interface SheetDecision {
  /** Its row in the sheet. */
  readonly line: number;
  readonly case: string;
  /** The fingerprint of the finding that the row showed. */
  readonly finding: string;
  readonly act: SheetAct;
  readonly cause: Cause | null;
  /** A person's or a team's id; null for nobody. */
  readonly owner: string | null;
  readonly text: string | null;
}

export interface SheetFault {
  readonly line: number;
  /** What the row names; null where it names nothing. */
  readonly case: string | null;
  readonly code: ErrorCode;
  readonly why: string;
}

export interface DecisionSheet {
  readonly decisions: readonly SheetDecision[];
  readonly faults: readonly SheetFault[];
  /** Rows of cases that say nothing. */
  readonly blank: number;
}

type Places = Readonly<Record<SheetColumnName, number>>;

const ROWS_MAX = 20_000;
/** What each part of the workbook may unzip to: twice what so many rows take as they are given out. */
const PART_BYTES_MAX = 64 * 1024 * 1024;
const TEXT_MAX = 4_000;
const CASE_MAX = 2_000;
const OWNER = /^[a-z0-9][a-z0-9-]{0,63}$/;
const NOBODY = '-';

/** Throws HESABU_WORKBOOK_INVALID, and HESABU_HEADER_INVALID where no row has the titles of the columns. */
export async function readDecisionSheet(path: string, name: string): Promise<DecisionSheet> {
  const workbook = await Workbook.open(path, name, PART_BYTES_MAX);
  try {
    const sheet = await findSheet(workbook, undefined, (cells) => placesIn(cells) !== undefined);
    const reader = new DecisionReader();
    await workbook.rows(sheet, reader);
    return reader.result(name);
  } finally {
    await workbook.close();
  }
}

function placesIn(cells: readonly string[]): Places | undefined {
  const titles = cells.map((cell) => cell.trim());
  for (const language of LANGUAGES) {
    const words = SHEET_COLUMN_WORDS[language];
    const places = SHEET_COLUMNS.map((column) => titles.indexOf(words[column]));
    if (places.every((place) => place >= 0)) {
      return Object.fromEntries(SHEET_COLUMNS.map((column, at) => [column, places[at]!])) as Places;
    }
  }
  return undefined;
}

class DecisionReader {
  private places: Places | undefined;
  private readonly decisions: SheetDecision[] = [];
  private readonly faults: SheetFault[] = [];
  private readonly seen = new Map<string, number>();
  private rows = 0;
  private blank = 0;
  private formulas: number[] = [];

  formula(column: number): void {
    this.formulas.push(column);
  }

  record(cells: readonly string[], line: number, kinds: readonly CellKind[]): void {
    const { formulas } = this;
    this.formulas = [];
    if (this.places === undefined) {
      this.places = placesIn(cells);
      return;
    }
    this.countRow();
    const row = this.read(cells, line, kinds, formulas);
    if (row === null) this.blank++;
    else if ('code' in row) this.faults.push(row);
    else this.decisions.push(row);
  }

  fault(line: number, code: ErrorCode): void {
    this.formulas = [];
    this.countRow();
    this.faults.push({ line, case: null, code, why: 'found a longer row' });
  }

  /** Rows that say nothing are work, too. */
  private countRow(): void {
    if (++this.rows <= ROWS_MAX) return;
    throw new HesabuError('HESABU_FILE_UNREADABLE', { expected: `at most ${ROWS_MAX} rows of cases` });
  }

  result(where: string): DecisionSheet {
    const { places, decisions, faults, blank } = this;
    if (places !== undefined) return { decisions, faults, blank };
    const expected = `a row with ${SHEET_COLUMNS.map((column) => SHEET_COLUMN_WORDS.en[column]).join(', ')}`;
    throw new HesabuError('HESABU_HEADER_INVALID', { where, expected, found: 'none' });
  }

  private read(
    cells: readonly string[],
    line: number,
    kinds: readonly CellKind[],
    formulas: readonly number[],
  ): SheetDecision | SheetFault | null {
    const places = this.places!;
    const at = (column: SheetColumnName) => (cells[places[column]] ?? '').trim();
    const [id, act] = [at('case'), at('act')];
    const fault = (code: ErrorCode, why: string): SheetFault => {
      return { line, case: id === '' || id.length > CASE_MAX ? null : id, code, why };
    };
    const title = (column: SheetColumnName) => `the column ${SHEET_COLUMN_WORDS.en[column]}`;
    const worked = SHEET_COLUMNS.find((column) => formulas.includes(places[column]));
    if (worked !== undefined) return fault('HESABU_FIELD_INVALID', `found a formula in ${title(worked)}`);
    const isSaid = [act, at('cause'), at('owner'), at('text')].some((cell) => cell !== '');
    if (!isSaid) return null;
    const broken = SHEET_COLUMNS.find((column) => kinds[places[column]] === 'error' && at(column) !== '');
    if (broken !== undefined) return fault('HESABU_FIELD_INVALID', `found an error in ${title(broken)}`);
    const missing = (['case', 'finding', 'act'] as const).find((column) => at(column) === '');
    if (missing !== undefined) return fault('HESABU_FIELD_MISSING', `expected a value in ${title(missing)}`);
    const before = this.seen.get(id);
    if (before !== undefined) return fault('HESABU_FIELD_INVALID', `found the case of row ${before} again`);
    this.seen.set(id, line);
    const said = decisionIn({ act, cause: at('cause'), owner: at('owner'), text: at('text') });
    if ('code' in said) return fault(said.code, said.why);
    return { line, case: id, finding: at('finding'), ...said };
  }
}

type Said = Pick<SheetDecision, 'act' | 'cause' | 'owner' | 'text'>;
type Cells = Readonly<Record<'act' | 'cause' | 'owner' | 'text', string>>;

/** Nothing of what somebody wrote is passed over in silence. */
function decisionIn(cells: Cells): Said | Pick<SheetFault, 'code' | 'why'> {
  const act = codeOf(cells.act, SHEET_ACTS, SHEET_ACT_WORDS);
  if (act === undefined) return invalid('act', SHEET_ACTS.join(', '), cells.act);
  const needs = NEEDS[act];
  for (const column of ['cause', 'owner', 'text'] as const) {
    const isGiven = cells[column] !== '';
    if (needs[column] === 'never' && isGiven) return invalid(column, `nothing beside ${act}`, cells[column]);
    if (needs[column] === 'always' && !isGiven) {
      const title = SHEET_COLUMN_WORDS.en[column];
      return { code: 'HESABU_FIELD_MISSING', why: `expected a value in the column ${title} beside ${act}` };
    }
  }
  const cause = cells.cause === '' ? null : codeOf(cells.cause, CAUSES, CAUSE_WORDS);
  if (cause === undefined) return invalid('cause', CAUSES.join(', '), cells.cause);
  const owner = cells.owner === '' || cells.owner === NOBODY ? null : cells.owner;
  if (owner !== null && !OWNER.test(owner)) return invalid('owner', 'the id of a person or a team, or -', cells.owner);
  if (cells.text.length > TEXT_MAX) return invalid('text', `at most ${TEXT_MAX} characters`, cells.text);
  return { act, cause, owner, text: cells.text === '' ? null : cells.text };
}

type Need = 'always' | 'perhaps' | 'never';
const RESOLVES: Readonly<Record<'cause' | 'owner' | 'text', Need>> = {
  cause: 'always',
  owner: 'never',
  text: 'perhaps',
};
const NEEDS: Readonly<Record<SheetAct, typeof RESOLVES>> = {
  assign: { cause: 'never', owner: 'always', text: 'never' },
  note: { cause: 'never', owner: 'never', text: 'always' },
  write_off: RESOLVES,
  explain: RESOLVES,
};

/** By its word in any language, or by its own name. */
function codeOf<Code extends string>(
  cell: string,
  codes: readonly Code[],
  words: Readonly<Record<(typeof LANGUAGES)[number], Readonly<Record<Code, string>>>>,
): Code | undefined {
  const wanted = cell.toLowerCase();
  return codes.find((code) => code === wanted || LANGUAGES.some((language) => words[language][code] === wanted));
}

function invalid(column: SheetColumnName, expected: string, found: string): Pick<SheetFault, 'code' | 'why'> {
  const where = SHEET_COLUMN_WORDS.en[column];
  return { code: 'HESABU_FIELD_INVALID', why: `in the column ${where} expected ${expected}, found ${quoted(found)}` };
}
