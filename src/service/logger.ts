// The one place where a logger is made. Its lines are structured. Phone and card numbers and mail addresses are hidden
// in them wherever an error or an external text may carry them, and secrets everywhere. References and ids stay: people
// search for lines by them.

import { hostname } from 'node:os';
import pino, { type DestinationStream, type LogFn, type Logger, type LoggerOptions } from 'pino';
import { Pseudonymiser } from '../archive/privacy/pseudonyms.ts';
import { knownSecrets } from '../runtime/known-secrets.ts';

/** More people read a log than the ledger, so a log has no pseudonyms by which a number could be recognised. */
const HIDER = new Pseudonymiser(() => 'hidden');
const DEPTH_MAX = 6;

/** Keys whose values are external texts: from gateways, databases, the operating system. */
const serializers: NonNullable<LoggerOptions['serializers']> = {
  err: (error: unknown) => hidden(error instanceof Error ? { ...pino.stdSerializers.err(error) } : error),
  ...Object.fromEntries(['detail', 'found', 'fault', 'where', 'cause', 'reason'].map((key) => [key, hidden])),
};

export function makeLogger(level: string, destination?: DestinationStream): Logger {
  const hooks = { logMethod, streamWrite };
  const options = { level, base: { host: hostname() }, timestamp: pino.stdTimeFunctions.isoTime, serializers, hooks };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Hides numbers in every text of a value. Values nested too deeply for a log line are left out. */
function hidden(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return HIDER.freeText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= DEPTH_MAX) return '(left out)';
  if (Array.isArray(value)) return value.map((each) => hidden(each, depth + 1));
  if (value instanceof Error) return hidden({ ...value, message: value.message }, depth + 1);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hidden(each, depth + 1)]));
}

/** The whole line, whatever it has: a secret of digits alone may stand there as a number. */
function streamWrite(line: string): string {
  const hidden = knownSecrets.hide(line);
  return hidden === line || isJson(hidden) ? hidden : '{"level":50,"msg":"a line with a secret was left out"}\n';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Hides numbers in the message of a line. Without a message, pino would write the error's own message as it is. */
function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, message, ...rest] = args as [unknown, unknown, ...unknown[]];
  if (typeof first === 'string') return method.apply(this, [HIDER.freeText(first), ...args.slice(1)] as never);
  const error = first instanceof Error ? first : (first as { readonly err?: unknown } | null)?.err;
  const text = message ?? (error instanceof Error ? error.message : undefined);
  return method.apply(this, [first, typeof text === 'string' ? HIDER.freeText(text) : text, ...rest] as never);
}
