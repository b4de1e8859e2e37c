// Finds a member's name that stands twice in one object. Parsers choose one of the two, each its own, so a body that
// holds such a pair may mean one thing to who signed it and another to who reads it.

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/** The first name that stands twice, in a text that JSON.parse has accepted; undefined where there is none. */
export function duplicateKey(json: string): string | undefined {
  /** The names so far of each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfText(json, at);
      if (expectsName) {
        const name = nameOf(json, at, end);
        const names = open.at(-1)!;
        if (names!.has(name)) return name;
        names!.add(name);
        expectsName = false;
      }
      at = end;
    } else if (code === OPEN_OBJECT) {
      open.push(new Set());
      expectsName = true;
    } else if (code === OPEN_LIST) {
      open.push(null);
      expectsName = false;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop();
      expectsName = false;
    } else if (code === COMMA) {
      const inner = open.at(-1);
      expectsName = inner !== null && inner !== undefined;
    }
  }
  return undefined;
}

/** Where the text that opens at `from` closes. */
function endOfText(json: string, from: number): number {
  for (let at = from + 1; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return json.length;
}

/** A name may be written with escapes and is the same name. */
function nameOf(json: string, from: number, end: number): string {
  const raw = json.slice(from + 1, end);
  return raw.includes('\\') ? (JSON.parse(json.slice(from, end + 1)) as string) : raw;
}
