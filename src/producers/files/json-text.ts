// JSON rows with every number as it was written: an amount of 1000.10 must not pass through a float.

/**
 * A colon and a number that follow a member's name. In JSON an unescaped quote, a name and a quote before a colon are
 * only ever a name; a text that looks so has its quotes escaped.
 */
const NUMBER_MEMBER =
  /:\s*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])(?<=(?<!\\)"[^"\\,:{}[\]]+"\s*:\s*[-+.\deE]+)/g;

/** The same JSON with the numbers of its members as texts, so that they can be parsed as they were written. */
export function numbersAsTexts(text: string): string {
  return text.replace(NUMBER_MEMBER, ':"$1"');
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** What JSON.parse gives, or the fault that it found, told without quoting the row. */
export type JsonResult = { readonly value: unknown } | { readonly fault: string };

export function parseJson(text: string): JsonResult {
  try {
    return { value: JSON.parse(text) };
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
