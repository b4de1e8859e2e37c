// A bar chart of a sheet: its bars lie, so that the names of reasons have room. The values are those of cells, and are
// written into the chart too, for programs that show it without reading the cells.

import { quotedSheet, xml } from './book-xml.ts';

/** A place in a sheet; columns and rows from 0. */
export interface ChartPlace {
  readonly fromColumn: number;
  readonly fromRow: number;
  readonly toColumn: number;
  readonly toRow: number;
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** RGB in hex. */
  readonly color: string;
}

export interface BarChart {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** The cells of the names and of the values, from the first bar's to the last's, such as `$A$4:$A$7`. */
  readonly names: string;
  readonly values: string;
  readonly place: ChartPlace;
}

const CHART = 'http://schemas.openxmlformats.org/drawingml/2006/chart';
const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const PLACES = 'http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** With names that are not turned, LibreOffice too shows each; otherwise it leaves out every second of long ones. */
const ALL_NAMES =
  '<c:txPr><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr><a:defRPr sz="800"/></a:pPr><a:endParaRPr/></a:p></c:txPr>';

/** The drawing of a sheet: where its charts stand. The relation of the nth is `rIdN`. */
export function drawingXml(charts: readonly BarChart[]): string {
  return `<xdr:wsDr xmlns:xdr="${PLACES}" xmlns:a="${DRAWING}">${charts.map(anchorXml).join('')}</xdr:wsDr>`;
}

function anchorXml({ title, place }: BarChart, at: number): string {
  const point = (name: string, column: number, row: number) =>
    `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>0</xdr:colOff>` +
    `<xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${name}>`;
  return [
    '<xdr:twoCellAnchor editAs="oneCell">',
    point('from', place.fromColumn, place.fromRow),
    point('to', place.toColumn, place.toRow),
    '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>',
    `<xdr:cNvPr id="${at + 2}" name="${xml(title)}" descr="${xml(title)}"/>`,
    '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>',
    `<a:graphic><a:graphicData uri="${CHART}"><c:chart xmlns:c="${CHART}" xmlns:r="${RELATIONS}" r:id="rId${at + 1}"/>`,
    '</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>',
  ].join('');
}

/** The part of one chart. */
export function chartXml({ title, bars, names, values }: BarChart, sheet: string): string {
  // The number beside the longest bar needs room.
  const room = Math.max(1, Math.ceil(Math.max(...bars.map(({ value }) => value)) * 1.2));
  const heading =
    `<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="1"/></a:pPr>` +
    `<a:r><a:rPr sz="1100" b="1"/><a:t>${xml(title)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`;
  return [
    `<c:chartSpace xmlns:c="${CHART}" xmlns:a="${DRAWING}" xmlns:r="${RELATIONS}"><c:roundedCorners val="0"/>`,
    `<c:chart>${heading}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>`,
    '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>',
    seriesXml(bars, `${quotedSheet(sheet)}!${names}`, `${quotedSheet(sheet)}!${values}`),
    '<c:gapWidth val="40"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>',
    '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>',
    '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>',
    `${outline('BFBFBF')}${ALL_NAMES}<c:crossAx val="1002"/><c:crosses val="autoZero"/><c:auto val="1"/>`,
    '<c:tickLblSkip val="1"/></c:catAx>',
    '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/>',
    `<c:max val="${room}"/><c:min val="0"/></c:scaling>`,
    '<c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="#,##0" sourceLinked="0"/>',
    '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>',
    '<c:crossAx val="1001"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>',
    `</c:plotArea><c:plotVisOnly val="0"/><c:dispBlanksAs val="gap"/></c:chart>${outline('D9D9D9')}`,
    '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr><a:endParaRPr/></a:p></c:txPr></c:chartSpace>',
  ].join('');
}

function seriesXml(bars: readonly Bar[], names: string, values: string): string {
  const points = bars.map(
    ({ color }, at) =>
      `<c:dPt><c:idx val="${at}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>${filled(color)}</c:dPt>`,
  );
  const cache = (each: (bar: Bar) => string) =>
    `<c:ptCount val="${bars.length}"/>${bars
      .map((bar, at) => `<c:pt idx="${at}"><c:v>${each(bar)}</c:v></c:pt>`)
      .join('')}`;
  return [
    `<c:ser><c:idx val="0"/><c:order val="0"/>${filled(bars[0]?.color ?? '4472C4')}<c:invertIfNegative val="0"/>`,
    points.join(''),
    '<c:dLbls><c:numFmt formatCode="#,##0" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>',
    '<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>',
    '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>',
    `<c:cat><c:strRef><c:f>${xml(names)}</c:f>`,
    `<c:strCache>${cache(({ name }) => xml(name))}</c:strCache></c:strRef></c:cat>`,
    `<c:val><c:numRef><c:f>${xml(values)}</c:f><c:numCache><c:formatCode>#,##0</c:formatCode>`,
    `${cache(({ value }) => String(value))}</c:numCache></c:numRef></c:val></c:ser>`,
  ].join('');
}

function filled(color: string): string {
  return `<c:spPr><a:solidFill><a:srgbClr val="${color}"/></a:solidFill></c:spPr>`;
}

function outline(color: string): string {
  return `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="${color}"/></a:solidFill></a:ln></c:spPr>`;
}
