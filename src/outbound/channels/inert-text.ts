// Texts that come from outside, made inert: a reference with markup, a mention or marks that turn the direction of
// writing must be a reference and nothing else, in every channel.

/** Controls, marks of direction and what has no width: none of them belongs into one line of text. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const FULL_WIDTH = 0xfee0;
/** Where nothing can be escaped, the wide form of a character looks the same and means nothing. */
const ACTIVE = /[<>[\]()*~`#|!@&\\{}]/g;
/** Within a word it is a part of a reference. */
const ACTIVE_LINE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** Quotes, lists and headings begin a line; addresses become links by themselves. */
const BEGINNING = /^[-+>=]/;
const ADDRESS = /:\/\//g;

/** One line of visible characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(UNSEEN, '')
    .trim();
}

/** One line in which no form of Markdown finds anything. */
export function inMarkdown(text: string): string {
  const wide = (found: string) => String.fromCharCode(found.charCodeAt(0) + FULL_WIDTH);
  return oneLine(text)
    .replace(ACTIVE, wide)
    .replace(ACTIVE_LINE, wide)
    .replace(BEGINNING, wide)
    .replace(ADDRESS, '：//');
}

/** As many lines as fit into so many bytes of UTF-8, with `rest` for those that do not. */
export function fitting(lines: readonly string[], bytesMax: number, rest = '…'): string[] {
  const taken: string[] = [];
  let left = bytesMax - Buffer.byteLength(rest) - 2;
  for (const line of lines) {
    // A line end of each channel has at most two bytes.
    const size = Buffer.byteLength(line) + 2;
    if (size > left) return [...taken, rest];
    left -= size;
    taken.push(line);
  }
  return taken;
}
