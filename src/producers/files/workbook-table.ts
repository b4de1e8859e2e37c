// The rows of a workbook's sheet as those of a table, and as text: one line for each row of the sheet, so that the
// archive shows a row by its number as it does for a CSV.

import Papa from 'papaparse';
import type { Reject } from '../../domain/errors.ts';
import { withExport } from './export-choice.ts';
import { HeaderRule, TITLE_ROWS_MAX } from './header.ts';
import { JsonRows } from './json-rows.ts';
import { NO_MAPPING } from './mapping.ts';
import { type FileJob, Rows, type RowVisitor } from './rows.ts';
import { Table } from './table.ts';
import { findSheet, type Sheet, Workbook } from './workbook.ts';

export interface SheetSink {
  /** The rows as CSV. */
  raw(bytes: Buffer): void;
  /** Called now and then; reading waits for it. */
  pause(): Promise<void>;
}

/** A workbook that is open, with the sheet that is read. */
export class WorkbookTable {
  /** Whether rows of totals at its end tell whether it is whole. */
  readonly hasTotals: boolean;
  private readonly workbook: Workbook;
  private readonly sheet: Sheet;
  private readonly job: FileJob;

  private constructor(workbook: Workbook, sheet: Sheet, job: FileJob) {
    this.workbook = workbook;
    this.sheet = sheet;
    this.job = job;
    this.hasTotals = job.mapping?.footer !== undefined;
  }

  /**
   * The sheet is that of the mapping, or the one with the header. Throws HESABU_WORKBOOK_INVALID, HESABU_HEADER_INVALID
   * and, as `withExport` does, HESABU_FILE_UNREADABLE.
   */
  static async open(path: string, given: FileJob): Promise<WorkbookTable> {
    const workbook = await Workbook.open(path, given.path);
    try {
      const shown = workbook.sheets.filter(({ isHidden }) => !isHidden);
      const first = await Promise.all(shown.map((sheet) => workbook.firstRows(sheet, TITLE_ROWS_MAX)));
      const job = withExport(given, { isTable: true, rows: first.flat().map(({ cells }) => cells) });
      const mapping = job.mapping ?? NO_MAPPING;
      const rule = new HeaderRule(job.format, mapping, job.path);
      // Nobody knows yet in which row of a sheet the header is.
      const isHeader = (cells: readonly string[]) => rule.isHeader({ cells, line: Number.MAX_SAFE_INTEGER });
      return new WorkbookTable(workbook, await findSheet(workbook, mapping.sheet, isHeader), job);
    } catch (error) {
      await workbook.close();
      throw error;
    }
  }

  /** Throws HESABU_WORKBOOK_INVALID before the first row is visited, and HESABU_HEADER_INVALID. */
  async read(visitor: RowVisitor, sink: SheetSink): Promise<void> {
    const { job, sheet } = this;
    const rows = new Rows(job, inSheet(sheet.name, visitor), { isTable: true, isOpen: false });
    const table = new Table(job, rows, new JsonRows(job.format, rows.row, job.mapping), ',');
    const text = new SheetText();
    await this.workbook.rows(
      sheet,
      {
        record: (cells, line, kinds) => {
          text.add(cells, line);
          table.record(cells, line, kinds);
        },
        fault: (line, code) => rows.refuse(line, { field: '', code, expected: 'shorter texts', found: 'a longer row' }),
      },
      () => {
        sink.raw(text.take());
        return sink.pause();
      },
    );
    sink.raw(text.take());
    table.end();
  }

  async close(): Promise<void> {
    await this.workbook.close();
  }
}

const SHEET = 'sheet';

/** Rejected rows say in which sheet they are. */
function inSheet(name: string, visitor: RowVisitor): RowVisitor {
  const reject = (one: Reject) => {
    const { original = [] } = one;
    const isNamed = original.some(([column]) => column === SHEET);
    visitor.reject(isNamed ? one : { ...one, original: [[SHEET, name], ...original] });
  };
  return {
    fact: (topic, fact) => visitor.fact(topic, fact),
    reject,
    issued: (at) => visitor.issued?.(at),
    total: (total) => visitor.total?.(total),
    table: (start) => visitor.table?.(start),
    leftOut: (line, id) => visitor.leftOut?.(line, id),
    endMissing: () => visitor.endMissing?.(),
    broken: () => visitor.broken(),
  };
}

/** The rows of a sheet as lines. */
class SheetText {
  private text = '';
  private line = 1;

  add(cells: readonly string[], line: number): void {
    if (line > this.line) this.text += '\n'.repeat(line - this.line);
    for (let at = 0; at < cells.length; at++) this.text += at === 0 ? asCsv(cells[at]!) : `,${asCsv(cells[at]!)}`;
    this.text += '\n';
    this.line = line + 1;
  }

  take(): Buffer {
    const bytes = Buffer.from(this.text);
    this.text = '';
    return bytes;
  }
}

/** A cell as CSV. A text of several lines stays in the line of its row. */
function asCsv(cell: string): string {
  // Most cells need no look by the library.
  return /[",\r\n]|^\s|\s$/.test(cell) ? Papa.unparse([[cell.replace(/[\r\n]+/g, ' ')]]) : cell;
}
