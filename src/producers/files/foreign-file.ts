// Files that finance people hand over and that are not read: recognised by their first bytes, and refused by name.

import { HesabuError } from '../../domain/errors.ts';

const OLE = 'd0cf11e0a1b11ae1';
/** The stream of a workbook with a password, which is kept in the old form of file. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

interface ForeignFile {
  readonly found: string;
  readonly remedy?: string;
}

/** Throws HESABU_WORKBOOK_INVALID, with what to save the file as, if its first bytes are those of such a file. */
export function refuseForeignFile(head: Buffer, path: string): void {
  const foreign = foreignFile(head);
  if (foreign !== undefined) throw new HesabuError('HESABU_WORKBOOK_INVALID', { where: path, ...foreign });
}

function foreignFile(head: Buffer): ForeignFile | undefined {
  if (head.toString('hex', 0, 8) === OLE) {
    if (!head.includes(ENCRYPTED)) return { found: 'an old Excel workbook (.xls), or one with a password' };
    return { found: 'a workbook with a password', remedy: 'Save it without a password, and give that.' };
  }
  const start = head.toString('latin1', 0, 1024).replace(/^\xef\xbb\xbf/, '');
  if (start.startsWith('%PDF-')) {
    return { found: 'a PDF', remedy: 'Export the statement as CSV or as an Excel workbook (.xlsx).' };
  }
  if (/^\s*<(?:!doctype html|html|head|table|meta)\b/i.test(start)) return { found: 'a web page, whatever its name' };
  if (/progid="Excel\.Sheet"|urn:schemas-microsoft-com:office:spreadsheet/.test(start)) {
    return { found: 'an Excel workbook of 2003 in XML' };
  }
  if (start.startsWith('Rar!') || start.startsWith("7z\xbc\xaf'\x1c")) {
    return { found: 'a packed file', remedy: 'Unpack it, and give the file in it.' };
  }
  return undefined;
}
