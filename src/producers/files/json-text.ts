// JSON rows with every number as written: an amount of 1000.10 must not pass through a float.

import { quoted } from '../../domain/quotation.ts';
import { repeatedName } from './duplicate-names.ts';

/**
 * A colon and a number after a member's name. In JSON an unescaped quote, a name and a quote before a colon can only be
 * a name: in a text that looks the same, the quotes are escaped.
 */
const NUMBER_MEMBER =
  /:\s*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])(?<=(?<!\\)"[^"\\,:{}[\]]+"\s*:\s*[-+.\deE]+)/g;

/** The same JSON with the numbers of its members as texts, so that they are parsed as written. */
export function numbersAsTexts(text: string): string {
  return text.replace(NUMBER_MEMBER, ':"$1"');
}

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The result of JSON.parse, or its fault without a quotation from the row. A name that occurs twice in one object is a
 * fault: parsers differ in which of the two they use.
 */
export type JsonResult = { readonly value: unknown } | { readonly fault: string };

export function parseJson(text: string): JsonResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: faultOf(error) };
  }
  const twice = repeatedName(text, value);
  return twice === undefined ? { value } : { fault: `the name ${quoted(twice)} twice in one object` };
}

/** Whether a text is JSON at all. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The engine's own message quotes the row, which may hold personal data; its position does not. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  if (message.includes('end of JSON input') || message.includes('Unterminated')) return 'text that is cut off';
  return position === undefined ? 'malformed text' : `malformed text at character ${Number(position) + 1}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
