// JSON rows with every number as it was written: an amount of 1000.10 must not pass through a float.

/** A member whose value is a number: an unescaped quote, a name and a quote before a colon is only ever a name. */
const NUMBER_MEMBER = /(?<=(?<!\\)"[^"\\,:{}[\]]+"\s*):\s*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])/g;
/** Cheap to test, and true of every row that NUMBER_MEMBER can match. */
const MAYBE_NUMBER_MEMBER = /"\s*:\s*[-0-9]/;

export type JsonObject = Readonly<Record<string, unknown>>;

/** What JSON.parse gives, or the fault that it found, told without quoting the row. */
export type JsonResult = { readonly value: unknown } | { readonly fault: string };

/** Parses JSON so that the numbers of members come as the texts they were written as. */
export function parseJson(text: string): JsonResult {
  try {
    const exact = MAYBE_NUMBER_MEMBER.test(text) ? text.replace(NUMBER_MEMBER, ':"$1"') : text;
    return { value: JSON.parse(exact) };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** The engine's own message quotes the row, which may hold personal data; its position does not. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  if (message.includes('end of JSON input') || message.includes('Unterminated')) return 'text that breaks off';
  return position === undefined ? 'malformed text' : `malformed text at character ${Number(position) + 1}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON value for people, without its content. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === null || value === undefined ? 'nothing' : `a ${typeof value}`;
}
