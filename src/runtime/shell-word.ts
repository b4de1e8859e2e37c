// A text as one word of a command line that a person pastes into a shell. The product itself runs no such line: it
// starts programs with separate arguments.

/** Unchanged if it has no meaning for a shell, otherwise in single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
