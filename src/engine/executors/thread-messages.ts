// What goes between the main thread and an executor's thread: calls, events, results, and errors without their classes.

import type { ErrorCode } from '../../domain/error-codes.ts';
import { type ErrorDetail, HesabuError } from '../../domain/errors.ts';
import type { Executor, ExecutorOptions } from './executor.ts';

export interface ThreadExecutorOptions extends Omit<ExecutorOptions, 'onFailpoint' | 'providers'> {
  /** Whether this thread goes before it where there are fewer cores than work. */
  readonly isBehind?: boolean;
}

/** From the main thread: a call of a method, or the answer to an event. */
export type ToExecutor =
  | { readonly call: number; readonly method: keyof Executor; readonly args: readonly unknown[] }
  | { readonly answered: number; readonly fault: Fault | null };

/** From a hand: a call's result, or an event of a call under way. */
export type FromExecutor =
  | { readonly result: number; readonly value: unknown }
  | { readonly failed: number; readonly fault: Fault }
  | { readonly of: number; readonly event: number; readonly name: string; readonly value: unknown };

/** An error on its way between threads, which keep no classes. */
export interface Fault {
  readonly code: ErrorCode | null;
  readonly detail: ErrorDetail;
  readonly message: string;
  readonly stack: string | undefined;
}

export function faultOf(error: unknown): Fault {
  const { message, stack } = error as Error;
  if (error instanceof HesabuError) return { code: error.code, detail: error.detail, message, stack };
  return { code: null, detail: {}, message, stack };
}

export function errorOf(fault: Fault): Error {
  const error = fault.code === null ? new Error(fault.message) : new HesabuError(fault.code, fault.detail);
  if (fault.stack !== undefined) error.stack = fault.stack;
  return error;
}
