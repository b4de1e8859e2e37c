// A value that was found, as it is shown to people.

const FOUND_LENGTH_MAX = 60;

/** A found value for people: quoted, shortened, and without characters that could disturb a terminal. */
export function quoted(text: string | null): string {
  if (text === null) return 'nothing';
  const short = text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX - 1).toWellFormed()}…` : text;
  const shown = short.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped);
  const cut = shown.length > FOUND_LENGTH_MAX ? `${shown.slice(0, FOUND_LENGTH_MAX - 1)}…` : shown;
  return `"${cut}"`;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
