// The audit trail as a port: each call of the API that may move or tell money, and what signed-in people read, with who
// asked, from where, and the outcome. The service stores it in its database.

import type { Redactor } from '../../archive/privacy/redactor.ts';
import { FORGOTTEN } from '../../domain/forgotten.ts';
import { normaliseReference } from '../../domain/key.ts';
import type { Instant } from '../../domain/time.ts';
import type { Role } from '../access/api-key.ts';
import type { CallEnd, CallKind } from './call-kinds.ts';

const NAME_CHARS_MAX = 256;
/** The service itself: it makes the calls of gateways that nobody's request waits for. */
export const SERVICE_ROLE = 'service' as const;

/** The form in which the trail stores and finds a name: a reference that is a telephone number is hidden. */
export function trailName(redactor: Redactor, written: string): string {
  return redactor.text(normaliseReference(written) ?? written.slice(0, NAME_CHARS_MAX));
}

/** Whether a name is that of somebody who was forgotten: then it is nobody's, and finds nothing. */
export function isForgottenName(name: string): boolean {
  return name.includes(`#${FORGOTTEN}`);
}

/** What was asked, without secrets and personal data of payers. */
export interface AskedCall {
  /** The id of the request, and of its archived exchange. */
  readonly request: string;
  readonly at: Instant;
  /** The id of the API key; `service` where nobody asked. */
  readonly key: string;
  /** Whose key it is. */
  readonly person: string | null;
  readonly role: Role | typeof SERVICE_ROLE;
  /** The client's address. */
  readonly address: string;
  /** The method and the URL's pattern. */
  readonly route: string;
  /** The references and other names in the request. */
  readonly names: readonly string[];
  /** Redacted, and bounded in size; empty if there is none. */
  readonly query: string;
  /** Redacted, and bounded in size; empty if there is none, if it is a file, or if it was not read. */
  readonly body: string;
}

export interface CallOutcome {
  readonly at: Instant;
  readonly status: number;
  /** A HESABU_* code, if the call failed. */
  readonly code: string | null;
  /** Whether the answer is the one to an earlier request under the same Idempotency-Key. */
  readonly replayed: boolean;
  /** Everything that the call was about. */
  readonly names: readonly string[];
}

export interface TrailEntry extends AskedCall {
  readonly id: number;
  /** With the names that the request did not have. Null if the call is running, or the service ended before its end. */
  readonly outcome: CallOutcome | null;
}

/** The place of an entry among the others, which are ordered by their time. */
export interface TrailCursor {
  readonly at: Instant;
  readonly id: number;
}

/** All given conditions must hold; an absent one does not limit. */
export interface TrailQuestion {
  readonly key?: string | undefined;
  readonly person?: string | undefined;
  readonly request?: string | undefined;
  /** Any of the names in the request or in its outcome. */
  readonly reference?: string | undefined;
  readonly what?: CallKind | undefined;
  readonly end?: CallEnd | undefined;
  readonly since?: Instant | undefined;
  /** Exclusive. */
  readonly until?: Instant | undefined;
  /** Only what is older than this entry. */
  readonly after?: TrailCursor | undefined;
  readonly limit: number;
}

export interface CallTrail {
  /** Resolves when the call, and its outcome if it has one already, is on the disk; gives its number. */
  asked(call: AskedCall, outcome: CallOutcome | null): Promise<number>;
  /** Resolves when the outcome is on the disk. `asked` has the names that the call already has. */
  answered(id: number, asked: readonly string[], outcome: CallOutcome): Promise<void>;
  /** The newest first. */
  find(question: TrailQuestion): readonly TrailEntry[];
}
