// Takes a person's data out of the archived exchanges. Hardly any are left in them: a number that a source misused as
// a reference, or that stood in a place where nothing said what it is.

import { blanked, type Subject } from '../privacy/subject.ts';
import { rewriteDay } from './day-pruner.ts';
import { archivedDays, exchangesFolder } from './day-scan.ts';

/** How many days were changed. */
export async function blankExchanges(dir: string, subject: Subject): Promise<number> {
  const folder = exchangesFolder(dir);
  let changed = 0;
  for (const day of await archivedDays(folder)) {
    const { replaced } = await rewriteDay(folder, day, (line) => {
      return Buffer.from(blanked(Buffer.from(line).toString('latin1'), subject), 'latin1').toString();
    });
    if (replaced > 0) changed++;
  }
  return changed;
}
