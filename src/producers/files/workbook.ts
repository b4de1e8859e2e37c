// A workbook (.xlsx, also .xlsm) as rows of cells: its sheets, the one that has the header, and its rows, one by one.
// Memory holds the shared texts and one row, however many rows there are.

import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { TITLE_ROWS_MAX } from './header.ts';
import { type CellContext, SheetReader, type SheetVisitor } from './workbook-sheet.ts';
import { readSharedStrings } from './workbook-strings.ts';
import { builtInMeaning, meaningOf, type NumberMeaning } from './workbook-values.ts';
import { attributeOf, isTrue, readXml } from './workbook-xml.ts';
import { unreadable, WorkbookFault, WorkbookZip } from './workbook-zip.ts';

const ROOT_RELATIONS = '_rels/.rels';
/** A sheet for each day of two years is the most that anybody keeps. */
const SHEETS_MAX = 1000;
/** What a sheet may have before its first rows, and what each of them may take, where only they are wanted. */
const EMPTY_BYTES_MAX = 1024 * 1024;
const ROW_BYTES_MAX = 16 * 1024;
/** The path of a part is some thirty characters long. */
const PATH_CHARS_MAX = 1000;

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Its part in the zip. */
  readonly part: string;
}

export interface SheetRow {
  readonly cells: readonly string[];
  /** Its number in the sheet. */
  readonly line: number;
}

export class Workbook {
  /** What messages call it. */
  readonly name: string;
  readonly sheets: readonly Sheet[];
  private readonly zip: WorkbookZip;
  private readonly context: CellContext;
  /** The sheets that were read to their end. */
  private readonly checked = new Set<Sheet>();

  private constructor(name: string, zip: WorkbookZip, sheets: readonly Sheet[], context: CellContext) {
    this.name = name;
    this.zip = zip;
    this.sheets = sheets;
    this.context = context;
  }

  /**
   * Reads all but the rows. No part may unzip to more than `partMax` bytes. Close the workbook after use. Throws
   * HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE, or HESABU_WORKBOOK_INVALID for another file, or one that is damaged
   * or too large.
   */
  static async open(path: string, name = path, partMax?: number): Promise<Workbook> {
    const zip = await WorkbookZip.open(path, name, partMax);
    try {
      const { sheets, is1904, strings, styles } = await readBook(zip);
      const meanings = styles === undefined ? [] : await readStyles(zip, styles);
      const texts = strings === undefined ? null : await readSharedStrings(zip.unzip(strings));
      return new Workbook(name, zip, sheets, { strings: texts, meanings, is1904 });
    } catch (error) {
      await zip.close();
      throw error instanceof WorkbookFault ? unreadable(name, error.message, error) : error;
    }
  }

  /**
   * Visits the rows of a sheet in order. The sheet is read to its end before the first row is visited, so that none of
   * a damaged or too large one is taken: throws HESABU_WORKBOOK_INVALID then. `pause` is called after each piece of the
   * sheet; if it returns a promise, reading waits for it.
   */
  async rows(sheet: Sheet, visitor: SheetVisitor, pause?: Pause): Promise<void> {
    if (!this.checked.has(sheet)) await this.read(sheet, new SheetReader(this.context, null));
    this.checked.add(sheet);
    await this.read(sheet, new SheetReader(this.context, visitor), pause);
  }

  /** The first rows with a value near a sheet's beginning, at most `count`. Throws HESABU_WORKBOOK_INVALID. */
  async firstRows(sheet: Sheet, count: number): Promise<SheetRow[]> {
    const rows: SheetRow[] = [];
    const record = (cells: readonly string[], line: number) => {
      rows.push({ cells: [...cells], line });
    };
    const reader = new SheetReader(this.context, { record, fault: () => undefined }, count);
    await this.read(sheet, reader, (bytes) => {
      if (bytes > EMPTY_BYTES_MAX + count * ROW_BYTES_MAX) reader.stop();
    });
    return rows;
  }

  private async read(sheet: Sheet, reader: SheetReader, pause?: Pause): Promise<void> {
    try {
      await readXml(paced(this.zip.unzip(sheet.part, true), pause), reader);
      if (!reader.isDone()) reader.end();
    } catch (error) {
      if (!(error instanceof WorkbookFault)) throw error;
      const where = reader.line === 0 ? '' : ` row ${reader.line}`;
      throw unreadable(`${this.name}: sheet ${quoted(sheet.name)}${where}`, error.message, error);
    }
  }

  async close(): Promise<void> {
    await this.zip.close();
  }
}

/** Called after each piece of a sheet, with the bytes so far. */
type Pause = (bytes: number) => void | Promise<void>;

async function* paced(chunks: AsyncIterable<Buffer>, pause?: Pause): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    await pause?.(bytes);
    yield chunk;
  }
}

/**
 * The sheet to read: the wanted one, otherwise the only one, otherwise the only one that is shown and has the header
 * among its first rows. Throws HESABU_HEADER_INVALID with the names of the sheets where that leaves none or several.
 */
export async function findSheet(
  workbook: Workbook,
  wanted: string | undefined,
  isHeader: (cells: readonly string[]) => boolean,
): Promise<Sheet> {
  const { sheets } = workbook;
  if (wanted !== undefined) {
    const same = sheets.find(({ name }) => name === wanted) ?? sheets.find(({ name }) => sameName(name, wanted));
    if (same !== undefined) return same;
    throw sheetUnknown(workbook, `a sheet ${quoted(wanted)}`, sheets);
  }
  const shown = sheets.filter(({ isHidden }) => !isHidden);
  if (shown.length === 1) return shown[0]!;
  const fitting: Sheet[] = [];
  for (const sheet of shown) {
    if ((await workbook.firstRows(sheet, TITLE_ROWS_MAX)).some(({ cells }) => isHeader(cells))) fitting.push(sheet);
  }
  if (fitting.length === 1) return fitting[0]!;
  throw sheetUnknown(workbook, 'one sheet with the header', fitting.length === 0 ? sheets : fitting);
}

function sameName(left: string, right: string): boolean {
  return left.trim().toLowerCase() === right.trim().toLowerCase();
}

function sheetUnknown({ name: where }: Workbook, expected: string, sheets: readonly Sheet[]): HesabuError {
  const found = `the sheets ${sheets.map(({ name }) => quoted(name)).join(', ')}`;
  const remedy = 'Name the sheet in a mapping: `sheet: "..."`.';
  return new HesabuError('HESABU_HEADER_INVALID', { where, expected, found, remedy });
}

interface Book {
  readonly sheets: readonly Sheet[];
  readonly is1904: boolean;
  readonly strings: string | undefined;
  readonly styles: string | undefined;
}

async function readBook(zip: WorkbookZip): Promise<Book> {
  const root = [...(await readRelations(zip, ROOT_RELATIONS, '')).values()];
  const part = root.find(({ type }) => type === 'officeDocument')?.part;
  if (part === undefined || !zip.has(part)) throw new WorkbookFault('a zip that is no workbook');
  const [folder, name] = [part.replace(/[^/]*$/, ''), part.replace(/^.*\//, '')];
  const relations = await readRelations(zip, `${folder}_rels/${name}.rels`, folder);
  const sheets: Sheet[] = [];
  let is1904 = false;
  await readXml(zip.unzip(part), {
    open: (element, attributes) => {
      if (element === 'workbookPr') is1904 = isTrue(attributes.date1904);
      if (element !== 'sheet') return;
      const relation = relations.get(attributeOf(attributes, 'id') ?? '');
      // A sheet that is only a chart has no rows.
      if (relation?.type !== 'worksheet') return;
      if (sheets.length === SHEETS_MAX) throw new WorkbookFault(`more than ${SHEETS_MAX} sheets`);
      const isHidden = (attributes.state ?? 'visible') !== 'visible';
      sheets.push({ name: attributes.name ?? '', isHidden, part: relation.part });
    },
    text: () => undefined,
    close: () => undefined,
  });
  if (sheets.length === 0) throw new WorkbookFault('no sheet');
  const ofType = (wanted: string) => [...relations.values()].find(({ type }) => type === wanted)?.part;
  return { sheets, is1904, strings: ofType('sharedStrings'), styles: ofType('styles') };
}

interface Relation {
  readonly type: string;
  readonly part: string;
}

/** The parts that a part refers to, by the id of the reference. */
async function readRelations(zip: WorkbookZip, name: string, folder: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  await readXml(zip.unzip(name), {
    open: (element, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (element !== 'Relationship' || TargetMode === 'External' || Target.length > PATH_CHARS_MAX) return;
      const part = Target.startsWith('/') ? Target.slice(1) : `${folder}${Target.replace(/^(\.\/)+/, '')}`;
      relations.set(Id, { type: Type.replace(/^.*\//, ''), part: part.replace(/[^/]+\/\.\.\//g, '') });
    },
    text: () => undefined,
    close: () => undefined,
  });
  return relations;
}

/** What the numbers of each style mean. */
async function readStyles(zip: WorkbookZip, part: string): Promise<NumberMeaning[]> {
  const formats = new Map<number, NumberMeaning>();
  const meanings: NumberMeaning[] = [];
  let inCells = false;
  await readXml(zip.unzip(part), {
    open: (element, { numFmtId = '0', formatCode = '' }) => {
      const id = Number(numFmtId);
      if (element === 'numFmt') formats.set(id, meaningOf(formatCode));
      if (element === 'cellXfs') inCells = true;
      if (inCells && element === 'xf') meanings.push(formats.get(id) ?? builtInMeaning(id));
    },
    text: () => undefined,
    close: (element) => {
      if (element === 'cellXfs') inCells = false;
    },
  });
  return meanings;
}
