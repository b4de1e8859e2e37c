// A workbook as the parts of a zip, written as a stream: its sheets one after another, then what names and links them.
// What it holds is the same for the same report: its times are the ledger's, not the clock's.

import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { chartXml, drawingXml } from './book-chart.ts';
import { type SheetLayout, SheetWriter } from './book-sheet.ts';
import { BookStyles } from './book-styles.ts';
import { columnName, quotedSheet, xml } from './book-xml.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const CORE = `${PACKAGE}/relationships/metadata/core-properties`;
const KIND = 'application/vnd.openxmlformats-officedocument';
const CORE_KIND = 'application/vnd.openxmlformats-package.core-properties+xml';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Fast: a report is read once or twice, and half as large again. */
const LEVEL = 1;

interface Relation {
  readonly type: string;
  readonly target: string;
}

export class BookFile {
  private readonly zip = new ZipFile();
  private readonly output: Writable;
  private readonly made: Date;
  private readonly styles = new BookStyles();
  private readonly sheets: SheetWriter[] = [];
  private charts = 0;

  constructor(output: Writable, made: Date) {
    this.output = output;
    this.made = made;
    this.zip.outputStream.pipe(output);
    this.add(
      '_rels/.rels',
      relationsXml([
        { type: 'officeDocument', target: 'xl/workbook.xml' },
        { type: CORE, target: 'docProps/core.xml' },
      ]),
    );
  }

  /** Begins a sheet; it is to be closed before the next begins. */
  openSheet(name: string, layout: SheetLayout): SheetWriter {
    const rows = new PassThrough();
    // The end of the output ends the sheet that is being written.
    this.output.once('error', (error) => rows.destroy(error));
    rows.on('error', () => undefined);
    this.zip.addReadStream(rows, `xl/worksheets/sheet${this.sheets.length + 1}.xml`, this.options);
    const sheet = new SheetWriter(name, layout, rows, this.styles);
    this.sheets.push(sheet);
    return sheet;
  }

  /** Writes the rest, and resolves when all is written. */
  async end(): Promise<void> {
    for (const [at, sheet] of this.sheets.entries()) this.addCharts(sheet, at + 1);
    this.add('xl/styles.xml', this.styles.part);
    this.add('xl/workbook.xml', workbookXml(this.sheets));
    this.add(
      'xl/_rels/workbook.xml.rels',
      relationsXml([
        ...this.sheets.map((_, at) => ({ type: 'worksheet', target: `worksheets/sheet${at + 1}.xml` })),
        { type: 'styles', target: 'styles.xml' },
      ]),
    );
    this.add('docProps/core.xml', coreXml(this.made));
    this.add('[Content_Types].xml', contentTypesXml(this.sheets, this.charts));
    this.zip.end();
    await finished(this.output);
  }

  private addCharts({ name, charts }: SheetWriter, sheet: number): void {
    if (charts.length === 0) return;
    const drawing = `../drawings/drawing${sheet}.xml`;
    this.add(`xl/worksheets/_rels/sheet${sheet}.xml.rels`, relationsXml([{ type: 'drawing', target: drawing }]));
    this.add(`xl/drawings/drawing${sheet}.xml`, drawingXml(charts));
    const relations = charts.map((chart) => {
      this.add(`xl/charts/chart${++this.charts}.xml`, chartXml(chart, name));
      return { type: 'chart', target: `../charts/chart${this.charts}.xml` };
    });
    this.add(`xl/drawings/_rels/drawing${sheet}.xml.rels`, relationsXml(relations));
  }

  private add(name: string, text: string): void {
    this.zip.addBuffer(Buffer.from(HEAD + text), name, this.options);
  }

  private get options() {
    return { mtime: this.made, compressionLevel: LEVEL };
  }
}

function relationsXml(relations: readonly Relation[]): string {
  const each = relations.map(
    ({ type, target }, at) =>
      `<Relationship Id="rId${at + 1}" Type="${type === CORE ? CORE : `${OFFICE}/${type}`}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${each.join('')}</Relationships>`;
}

/** The titles that every page repeats, and the columns that are printed, are names of the workbook. */
function workbookXml(sheets: readonly SheetWriter[]): string {
  const names = sheets.flatMap(({ name, layout, rows, filter }, at) => {
    const { frozen, printed = layout.widths.length } = layout;
    const sheet = xml(quotedSheet(name));
    const named = (what: string, range: string, hidden = '') =>
      `<definedName name="_xlnm.${what}" localSheetId="${at}"${hidden}>${sheet}!${range}</definedName>`;
    return [
      ...(filter === null ? [] : [named('_FilterDatabase', fixed(filter), ' hidden="1"')]),
      named('Print_Area', `$A$1:$${columnName(printed - 1)}$${rows}`),
      ...(frozen === 0 ? [] : [named('Print_Titles', `$1:$${frozen}`)]),
    ];
  });
  const each = sheets.map(({ name }, at) => `<sheet name="${xml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  return [
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews>`,
    `<sheets>${each.join('')}</sheets><definedNames>${names.join('')}</definedNames></workbook>`,
  ].join('');
}

/** `A1:O9` as `$A$1:$O$9`. */
function fixed(range: string): string {
  return range.replace(/([A-Z]+)(\d+)/g, (_, column, row) => `$${column}$${row}`);
}

function contentTypesXml(sheets: readonly SheetWriter[], charts: number): string {
  const override = (part: string, kind: string) => `<Override PartName="/${part}" ContentType="${KIND}.${kind}+xml"/>`;
  return [
    `<Types xmlns="${PACKAGE}/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    override('xl/workbook.xml', 'spreadsheetml.sheet.main'),
    override('xl/styles.xml', 'spreadsheetml.styles'),
    ...sheets.flatMap(({ charts: own }, at) => [
      override(`xl/worksheets/sheet${at + 1}.xml`, 'spreadsheetml.worksheet'),
      ...(own.length === 0 ? [] : [override(`xl/drawings/drawing${at + 1}.xml`, 'drawing')]),
    ]),
    ...Array.from({ length: charts }, (_, at) => override(`xl/charts/chart${at + 1}.xml`, 'drawingml.chart')),
    `<Override PartName="/docProps/core.xml" ContentType="${CORE_KIND}"/>`,
    '</Types>',
  ].join('');
}

function coreXml(made: Date): string {
  const time = made.toISOString().replace(/\.\d+Z$/, 'Z');
  const date = (name: string) => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${time}</dcterms:${name}>`;
  return [
    `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"`,
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<dc:creator>Hesabu</dc:creator><cp:lastModifiedBy>Hesabu</cp:lastModifiedBy>${date('created')}${date('modified')}`,
    '</cp:coreProperties>',
  ].join('');
}
