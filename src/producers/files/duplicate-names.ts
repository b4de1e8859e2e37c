// Finds a name that occurs twice in one object. Parsers differ in which of the two they use, so such a body can mean
// one thing to its signer and another to its reader.

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/**
 * The first repeated name in a text that JSON.parse has read as `value`; undefined if there is none. Nearly all texts
 * have as many names as their value: then nothing was repeated, and the names are not looked at.
 */
export function repeatedName(json: string, value: unknown): string | undefined {
  const written = tightNames(json);
  if (written === undefined || written !== namesIn(value, 0)) return duplicateName(json);
  lastGood = json;
  return undefined;
}

/** The last text without a repeated name: who reads a webhook and who checks it have the same text. */
let lastGood = '';

const COLON = 58;
/** Deeper texts are scanned: a function that calls itself has no room for them. */
const DEPTH_MAX = 50;

/** How often a quote stands right before a colon; undefined where a blank does, after which a name may end too. */
function tightNames(json: string): number | undefined {
  let count = 0;
  for (let at = json.indexOf(':'); at >= 0; at = json.indexOf(':', at + 1)) {
    const before = json.charCodeAt(at - 1);
    if (before === QUOTE) count++;
    else if (before <= 32 || before === COLON) return undefined;
  }
  return count;
}

/** How many names the objects of a value have, undefined for one that is too deep. */
function namesIn(value: unknown, depth: number): number | undefined {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === DEPTH_MAX) return undefined;
  let count = 0;
  const isList = Array.isArray(value);
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (!isList) count++;
    if (typeof member !== 'object' || member === null) continue;
    const inner = namesIn(member, depth + 1);
    if (inner === undefined) return undefined;
    count += inner;
  }
  return count;
}

/** As `repeatedName`, where the value is not at hand. */
export function duplicateName(json: string): string | undefined {
  if (json === lastGood) return undefined;
  /** The names so far of each open object; null for a list. */
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

/** Where the string that opens at `from` closes. */
function endOfText(json: string, from: number): number {
  for (let at = from + 1; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return json.length;
}

/** The same name can be written with escapes. */
function nameOf(json: string, from: number, end: number): string {
  const raw = json.slice(from + 1, end);
  return raw.includes('\\') ? (JSON.parse(json.slice(from, end + 1)) as string) : raw;
}
