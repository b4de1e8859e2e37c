// What a workbook knows of a cell beyond its text. A text file knows nothing, and gives no kinds.

/**
 * The kind of a cell of a workbook, by its stored value and never by what is shown:
 * - `text`: as stored. An empty cell is an empty text.
 * - `number`: a plain decimal with a point, of at most 15 significant figures, which is what a spreadsheet keeps. One
 *   that had more (an id of 17 digits) ends in zeros, and its integer part has more than 15 digits.
 * - `date`: `yyyy-MM-dd`, or `yyyy-MM-ddTHH:mm:ss` (with `.SSS` where there are any) without a zone; a time of day
 *   without a date is `HH:mm:ss`.
 * - `boolean`: `TRUE` or `FALSE`.
 * - `error`: the error as a sheet writes it, such as `#REF!`.
 */
export type CellKind = 'text' | 'number' | 'date' | 'boolean' | 'error';
