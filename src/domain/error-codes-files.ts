// The codes of files and their rows, two chapters of the table in error-codes.ts.

import { type ErrorEntry, input } from './error-entry.ts';

export const FILE_ERRORS = {
  // Files
  HESABU_FILE_MISSING: input('there is no such file', 'Check the path.'),
  HESABU_FILE_UNREADABLE: input('the file cannot be read', 'Check that it is a regular file and that you may read it.'),
  HESABU_FILE_EMPTY: input('the file is empty', 'Export it again.'),
  HESABU_FILE_ENCODING: input(
    'the encoding of the file is not known',
    'Save the file in UTF-8, or name its encoding in the mapping.',
  ),
  HESABU_FILE_SEEN: input(
    'this file was imported before',
    'There is nothing to do: its rows are in the ledger already.',
  ),
  HESABU_HEADER_INVALID: input(
    'the header does not fit the format',
    'Name the columns as docs/files.md does, or give a mapping: `hesabu mapping suggest FILE` writes one.',
  ),
  HESABU_ACCOUNT_UNKNOWN: input(
    'it is not known which account the file comes from',
    "Name the provider's account of the file: with --account, in the mapping, or with account= in a request.",
  ),
  HESABU_JSON_INVALID: input('this is not valid JSON', 'Export the file again.'),
  HESABU_XML_INVALID: input(
    'this is no statement in XML',
    'Export the statement again, as camt.053 in UTF-8, or as CSV.',
  ),
  HESABU_WORKBOOK_INVALID: input(
    'this is no workbook that can be read',
    'Save it as an Excel workbook (.xlsx), or the sheet as CSV in UTF-8, and give that.',
  ),
  // Rows
  HESABU_ROW_RAGGED: input(
    'the row and the header have different numbers of cells',
    'Put quotes around cells that hold the separator.',
  ),
  HESABU_ROW_QUOTE: input('a quote is opened and not closed', 'Close the quote, or double it inside a quoted cell.'),
  HESABU_ROW_TOO_LONG: input('the row is longer than 1 MiB', 'Shorten the row.'),
  HESABU_ROW_ENCODING: input('the row holds a NUL byte or half a character', 'Export the file again as text.'),
  HESABU_ROW_HEADER: input('the header is repeated here', 'Remove the repeated header.'),
  HESABU_ROW_SHAPE: input('the row does not have the shape of its format', 'docs/files.md shows the format.'),
  HESABU_FIELD_MISSING: input('a required field is missing or empty', 'Fill in the field.'),
  HESABU_FIELD_INVALID: input(
    'the field holds a value that its format does not allow',
    'Give a value that fits what is expected.',
  ),
  HESABU_REFERENCE_INVALID: input(
    'the reference cannot be used as a key',
    'Use 1 to 256 printable characters; the first must not be a question mark or an exclamation mark.',
  ),
  HESABU_ID_CHANGED: input(
    'a spreadsheet changed the id',
    'Export the file again, and import the column as text if a spreadsheet opens it.',
  ),
  HESABU_REFERENCE_RESERVED: input(
    'the reference is not one that the merchant may use',
    'Use a reference with the prefix that the rules give the merchant.',
  ),
  HESABU_AMOUNT_INVALID: input(
    'this is not a plain decimal amount',
    'Write it like 1234.50: no separators, no exponent.',
  ),
  HESABU_AMOUNT_PRECISION: input(
    'the amount has more decimals than its currency',
    'Give an amount with no more decimals than that.',
  ),
  HESABU_AMOUNT_RANGE: input('the amount is out of range', 'Give an amount within the range.'),
  HESABU_AMOUNT_AMBIGUOUS: input('a point may mean thousands', 'Map `decimal: "."`, or `","` and `thousands: ["."]`.'),
  HESABU_AMOUNT_SIGN: input(
    'the sign contradicts the type of the line',
    'Correct the sign or the type, or say in `signs` of a mapping how the file writes signs.',
  ),
  HESABU_CURRENCY_UNKNOWN: input('this is not an ISO 4217 currency code', 'Use a three-letter code, such as KES.'),
  HESABU_TIME_INVALID: input(
    'this is not an ISO 8601 time with an offset',
    'Write it with its own offset, like 2026-01-31T12:00:00+03:00, or map the `zone` of the file.',
  ),
  HESABU_DATE_INVALID: input('this is not a date', 'Write it like 2026-01-31.'),
} as const satisfies Record<string, ErrorEntry>;
