// The styles of a workbook's cells: each is named by its number, which it gets when it is first used.

import { xml } from './book-xml.ts';

/** How a cell looks. Cells share style objects, so that most are found without a comparison. */
export interface CellStyle {
  readonly bold?: boolean;
  /** In points; 11 where absent. */
  readonly size?: number;
  /** RGB in hex, as `C00000`. */
  readonly color?: string;
  readonly fill?: string;
  readonly numFmt?: string;
  readonly align?: 'left' | 'right' | 'center';
  /** Away from the side to which it is aligned, in characters. */
  readonly indent?: number;
  readonly wrap?: boolean;
  /** A thin line at this side. */
  readonly line?: 'top' | 'bottom';
}

/** The first number of a format that is not built in. */
const FIRST_FORMAT = 164;

export class BookStyles {
  private readonly byObject = new Map<CellStyle, number>();
  private readonly fonts = new Parts([fontXml({})]);
  private readonly fills = new Parts([
    '<fill><patternFill/></fill>',
    '<fill><patternFill patternType="gray125"/></fill>',
  ]);
  private readonly lines = new Parts([lineXml({})]);
  private readonly formats = new Parts([]);
  /** The first is that of cells without a style. */
  private readonly cells = new Parts(['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>']);

  numberOf(style: CellStyle): number {
    const known = this.byObject.get(style);
    if (known !== undefined) return known;
    const number = this.cells.numberOf(this.cellXml(style));
    this.byObject.set(style, number);
    return number;
  }

  /** The part of the workbook. */
  get part(): string {
    const { formats, fonts, fills, lines, cells } = this;
    const numFmts = formats.all.map(
      (code, at) => `<numFmt numFmtId="${FIRST_FORMAT + at}" formatCode="${xml(code)}"/>`,
    );
    return [
      '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
      numFmts.length === 0 ? '' : `<numFmts count="${numFmts.length}">${numFmts.join('')}</numFmts>`,
      `<fonts count="${fonts.all.length}">${fonts.all.join('')}</fonts>`,
      `<fills count="${fills.all.length}">${fills.all.join('')}</fills>`,
      `<borders count="${lines.all.length}">${lines.all.join('')}</borders>`,
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
      `<cellXfs count="${cells.all.length}">${cells.all.join('')}</cellXfs>`,
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
      '</styleSheet>',
    ].join('');
  }

  private cellXml(style: CellStyle): string {
    const { fill, numFmt, align, indent, wrap } = style;
    const font = this.fonts.numberOf(fontXml(style));
    const pattern = `<fill><patternFill patternType="solid"><fgColor rgb="FF${fill}"/></patternFill></fill>`;
    const numbers = [
      `numFmtId="${numFmt === undefined ? 0 : FIRST_FORMAT + this.formats.numberOf(numFmt)}"`,
      `fontId="${font}"`,
      `fillId="${fill === undefined ? 0 : this.fills.numberOf(pattern)}"`,
      `borderId="${this.lines.numberOf(lineXml(style))}"`,
    ];
    const applied = 'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"';
    const horizontal = align === undefined ? '' : ` horizontal="${align}"`;
    const inner = `${indent === undefined ? '' : ` indent="${indent}"`}${wrap === true ? ' wrapText="1"' : ''}`;
    const alignment = `<alignment${horizontal} vertical="top"${inner}/>`;
    return `<xf ${numbers.join(' ')} xfId="0" ${applied}>${alignment}</xf>`;
  }
}

/** Parts of the style sheet, each once, with the number of its place. */
class Parts {
  readonly all: string[];
  private readonly numbers: Map<string, number>;

  constructor(first: readonly string[]) {
    this.all = [...first];
    this.numbers = new Map(first.map((part, at) => [part, at]));
  }

  numberOf(part: string): number {
    const known = this.numbers.get(part);
    if (known !== undefined) return known;
    this.numbers.set(part, this.all.length);
    return this.all.push(part) - 1;
  }
}

function fontXml({ bold, size = 11, color }: CellStyle): string {
  const colour = color === undefined ? '' : `<color rgb="FF${color}"/>`;
  const weight = bold === true ? '<b/>' : '';
  return `<font>${weight}<sz val="${size}"/>${colour}<name val="Calibri"/><family val="2"/></font>`;
}

function lineXml({ line }: CellStyle): string {
  const side = (name: 'top' | 'bottom') =>
    line === name ? `<${name} style="thin"><color rgb="FF7F7F7F"/></${name}>` : `<${name}/>`;
  return `<border><left/><right/>${side('top')}${side('bottom')}<diagonal/></border>`;
}
