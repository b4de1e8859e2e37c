// What goes between the main thread and an executor's thread: calls, events, results, and errors without their classes.

import type { ErrorCode } from '../../domain/error-codes.ts';
import { type ErrorDetail, HesabuError, type Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Append } from '../../log/event-log.ts';
import type { Rules } from '../../matching/rules.ts';
import type { CommittedBlock, ExecutorOptions, FileJob } from './executor.ts';
import type { Query } from './queries.ts';

export interface ThreadExecutorOptions extends Omit<ExecutorOptions, 'onFailpoint' | 'providers'> {
  /** Whether this thread goes before it where there are fewer cores than work. */
  readonly isBehind?: boolean;
}

/** What an executor is to do, as its methods have it; what they hand on comes back as events. */
export type Work =
  | { readonly ask: Query }
  | { readonly readFile: FileJob }
  | { readonly advance: { readonly asOf: Instant; readonly rulesHash: string } }
  | { readonly replay: readonly number[] }
  | { readonly replayUnder: { readonly partitions: readonly number[]; readonly rules: Rules; readonly asOf: Instant } }
  | 'close';

/** What an executor hands on while it works. The thread waits until the main thread has dealt with it. */
export type Handed =
  | { readonly append: Append }
  | { readonly rejects: readonly Reject[] }
  | { readonly commit: CommittedBlock }
  | { readonly progress: number };

/** From the main thread: work, or the answer to an event. */
export type ToExecutor =
  | { readonly call: number; readonly work: Work }
  | { readonly answered: number; readonly fault: Fault | null };

/** From an executor: a call's result, or an event of a call under way. */
export type FromExecutor =
  | { readonly result: number; readonly value: unknown }
  | { readonly failed: number; readonly fault: Fault }
  | { readonly of: number; readonly event: number; readonly handed: Handed };

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
