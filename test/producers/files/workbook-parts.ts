// Makes workbooks for tests, part by part: as other programs write them, and as no honest program does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { Workbook } from '../../../src/producers/files/workbook.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface Book {
  /** The rows of each sheet as XML. */
  readonly sheets?: Readonly<Record<string, string>>;
  /** Names of sheets that are not shown. */
  readonly hidden?: readonly string[];
  readonly is1904?: boolean;
  /** The shared texts as XML. */
  readonly strings?: string;
  /** The codes of number formats: style 1 has the first. */
  readonly formats?: readonly string[];
  /** Parts that replace or join the others; null leaves one out. */
  readonly parts?: Readonly<Record<string, string | Buffer | null>>;
}

export interface ZipChange {
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
}

/** The parts of a workbook by their names. */
export function partsOf(book: Book): Map<string, string | Buffer> {
  const sheets = Object.entries(book.sheets ?? { Sheet1: '' });
  const styles = (book.formats ?? []).map((code, at) => [code, 164 + at] as const);
  const parts: Record<string, string | Buffer | null> = {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${
      book.is1904 === true ? ' date1904="1"' : ''
    }/><sheets>${sheets
      .map(([name], at) => {
        const state = book.hidden?.includes(name) === true ? ' state="hidden"' : '';
        return `<sheet name="${name}" sheetId="${at + 1}"${state} r:id="rId${at + 1}"/>`;
      })
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, at): [string, string, string] => [
        `rId${at + 1}`,
        'worksheet',
        `worksheets/sheet${at + 1}.xml`,
      ]),
      ['rIdS', 'styles', 'styles.xml'],
      ...(book.strings === undefined ? [] : [['rIdT', 'sharedStrings', '/xl/sharedStrings.xml'] as const]),
    ]),
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts>${styles
      .map(([code, id]) => `<numFmt numFmtId="${id}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
      .join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${styles
      .map(([, id]) => `<xf numFmtId="${id}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    ...(book.strings === undefined ? {} : { 'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${book.strings}</sst>` }),
  };
  for (const [at, [, rows]] of sheets.entries()) parts[`xl/worksheets/sheet${at + 1}.xml`] = sheetXml(rows);
  Object.assign(parts, book.parts);
  return new Map(Object.entries(parts).filter((part): part is [string, string | Buffer] => part[1] !== null));
}

export function sheetXml(rows: string): string {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  return `${head}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;
}

function relations(rows: readonly (readonly [id: string, type: string, target: string])[]): string {
  const each = rows.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  const namespace = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return `<Relationships xmlns="${namespace}">${each.join('')}</Relationships>`;
}

/** A zip of the parts. What a change says of a part is written instead of what is true. */
export function zip(
  parts: Iterable<readonly [string, string | Buffer]>,
  changes: Readonly<Record<string, ZipChange>> = {},
): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, content] of parts) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const { crc = crc32(bytes), flags = 0x800, method = 8 } = changes[name] ?? {};
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    bodies.push(Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length / 4, 4);
  end.writeUInt16LE(directory.length / 4, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, ...directory, Buffer.from('PK\x05\x06'), end]);
}

export interface ReadRow {
  readonly line: number;
  readonly cells: string[];
  readonly kinds: string[];
}

/** Writes the bytes as a workbook in the folder. */
export function save(dir: string, bytes: Buffer): string {
  const path = join(dir, 'book.xlsx');
  writeFileSync(path, bytes);
  return path;
}

/** The rows of a sheet, by default the first; a row that is too long has no cells. */
export async function rowsOf(path: string, name?: string): Promise<ReadRow[]> {
  const workbook = await Workbook.open(path);
  const rows: ReadRow[] = [];
  try {
    const sheet = workbook.sheets.find((each) => name === undefined || each.name === name)!;
    await workbook.rows(sheet, {
      record: (cells, line, kinds) => rows.push({ line, cells: [...cells], kinds: [...kinds] }),
      fault: (line, code) => rows.push({ line, cells: [], kinds: [code] }),
    });
  } finally {
    await workbook.close();
  }
  return rows;
}
