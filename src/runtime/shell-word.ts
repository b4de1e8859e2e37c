// A text as one word of a command line that a person pastes into a shell. Nothing here runs such a line: programs are
// started with their arguments apart.

/** As it is where no shell reads anything into it, in single quotes otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
