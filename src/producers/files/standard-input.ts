// The standard input as a file: stored whole before it is read, since a file may be read twice.

import { HesabuError } from '../../domain/errors.ts';
import { TemporaryFile } from './temporary-file.ts';

/** How the command line and reports name it. */
export const STANDARD_INPUT = '-';

const BYTES_MAX = 2 * 1024 ** 3;

/** The input in a temporary file, which the caller removes. Throws HESABU_FILE_UNREADABLE for more than 2 GiB. */
export async function storeInput(input: AsyncIterable<Buffer>, folder: string): Promise<TemporaryFile> {
  const file = new TemporaryFile(folder);
  try {
    for await (const chunk of input) {
      if (file.bytes + chunk.length > BYTES_MAX) throw tooLarge();
      file.write(chunk);
    }
    file.finish();
    return file;
  } catch (error) {
    file.remove();
    throw error;
  }
}

function tooLarge(): HesabuError {
  const detail = { where: STANDARD_INPUT, expected: 'at most 2 GiB', found: 'more', remedy: 'Give it as a file.' };
  return new HesabuError('HESABU_FILE_UNREADABLE', detail);
}
