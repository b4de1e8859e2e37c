// What people said of the cases of one partition that never bears on where a key stands: who works one, and notes; and
// which proposals nobody answered. Read on from the log; the key's state has the other decisions.

import { type CaseKey, caseId, formerCaseId, wasPartOfOther } from '../../domain/case-id.ts';
import type { Attachment, CaseAssigned, CaseName, Decider, DecisionBody, NoteAdded } from '../../domain/decision.ts';
import { isDecisionBody } from '../../domain/decision.ts';
import type { Claim } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';

export interface Assignment extends Pick<CaseAssigned, 'owner' | 'due_at' | 'waiting_on'> {
  readonly id: string;
  readonly at: Instant;
  readonly by: Decider;
}

export interface Note extends Pick<NoteAdded, 'text' | 'attachments'> {
  readonly id: string;
  readonly at: Instant;
  readonly by: Decider;
}

export interface Talk {
  /** By time, then by id: of several assignments the one that holds comes last. */
  readonly assignments: readonly Assignment[];
  readonly notes: readonly Note[];
}

/** A file of a note. */
export interface Attached {
  readonly case: string;
  readonly key: string;
  /** Of the case, when the note was written. */
  readonly merchant: string;
  readonly attachment: Attachment;
}

type ReadLog = Pick<EventLog, 'read' | 'end'>;

const NOTHING: Talk = { assignments: [], notes: [] };
const TOPIC = 'decisions.v1';

export class CaseTalk {
  /** The keys of which anything was decided. */
  readonly decided = new Set<string>();
  /**
   * By key the proposals that nobody approved or rejected so far, each with the case that it was made of; and refunds
   * until somebody rejects them: evidence of them ends the case.
   */
  readonly unanswered = new Map<string, Map<string, CaseName>>();
  private readonly byAttachment = new Map<string, Attached[]>();
  private readonly log: ReadLog;
  private readonly partition: number;
  private readonly signers: ReadonlySet<string>;
  private readonly byCase = new Map<string, { assignments: Assignment[]; notes: Note[] }>();
  private readonly refunds = new Set<string>();
  private position = 0n;

  /**
   * Only what a service signed with one of these keys counts. Whether the signature fits was asked when a record was
   * taken in.
   */
  constructor(log: ReadLog, partition: number, signers: ReadonlySet<string>) {
    this.log = log;
    this.partition = partition;
    this.signers = signers;
  }

  /** The keys of the decisions that came since. */
  readOn(): Set<string> {
    const { log, partition, position } = this;
    const keys = new Set<string>();
    if (log.end(TOPIC, partition) === position) return keys;
    for (const { payload, from, to } of log.read(TOPIC, partition, position)) {
      const first = position > from ? Number(position - from) : 0;
      forEachFact(payload, first, (start, end) => {
        const { transaction_reference: key, ...claim } = readFact(payload, start, end);
        if (!isDecisionBody(claim.body)) return;
        this.take(key, claim as Claim<DecisionBody>);
        keys.add(key);
        this.decided.add(key);
      });
      this.position = to;
    }
    return keys;
  }

  /** With what was said before others of its key were told apart from it. */
  of(id: string, name: CaseKey): Talk {
    const { byCase } = this;
    if (byCase.size === 0) return NOTHING;
    const said = byCase.get(id) ?? NOTHING;
    const before = wasPartOfOther(name) ? byCase.get(formerCaseId(name)) : undefined;
    if (before === undefined) return said;
    const together = { assignments: [...before.assignments], notes: [...before.notes] };
    for (const assignment of said.assignments) put(together.assignments, assignment);
    for (const note of said.notes) put(together.notes, note);
    return together;
  }

  /** The notes that have this file. */
  attached(sha256: string): readonly Attached[] {
    return this.byAttachment.get(sha256) ?? [];
  }

  private take(key: string, { id, occurred_at, merchant, body }: Claim<DecisionBody>): void {
    const { about, by, signer } = body;
    if (about !== key || by.roles.length === 0 || !this.signers.has(signer)) return;
    if (body.type === 'ResolutionProposed') {
      this.ask(key, id, body.case);
      if (body.kind === 'refund') this.refunds.add(id);
    } else if (body.type === 'ResolutionRejected') this.answer(key, body.proposal.id);
    else if (body.type === 'ResolutionApproved' && !this.refunds.has(body.proposal.id)) {
      this.answer(key, body.proposal.id);
    }
    if (body.type !== 'CaseAssigned' && body.type !== 'NoteAdded') return;
    const name = caseId({ key, ...body.case } satisfies CaseKey);
    const said = this.byCase.get(name) ?? { assignments: [], notes: [] };
    this.byCase.set(name, said);
    const base = { id, at: occurred_at ?? 0, by };
    if (body.type === 'NoteAdded') {
      put(said.notes, { ...base, text: body.text, attachments: body.attachments });
      for (const attachment of body.attachments) this.attach({ case: name, key, merchant, attachment });
    } else {
      const { owner, due_at, waiting_on } = body;
      put(said.assignments, { ...base, owner, due_at, waiting_on });
    }
  }

  private ask(key: string, id: string, about: CaseName): void {
    const asked = this.unanswered.get(key) ?? new Map<string, CaseName>();
    this.unanswered.set(key, asked.set(id, about));
  }

  private answer(key: string, id: string): void {
    const asked = this.unanswered.get(key);
    if (asked?.delete(id) === true && asked.size === 0) this.unanswered.delete(key);
  }

  private attach(attached: Attached): void {
    const { sha256 } = attached.attachment;
    const known = this.byAttachment.get(sha256) ?? [];
    this.byAttachment.set(sha256, known);
    if (!known.some((one) => one.case === attached.case && one.merchant === attached.merchant)) known.push(attached);
  }
}

/** A repeat is none. Of one time the smaller id comes last, and so holds. */
function put<Said extends { readonly id: string; readonly at: Instant }>(list: Said[], said: Said): void {
  if (list.some(({ id }) => id === said.id)) return;
  list.push(said);
  list.sort((left, right) => left.at - right.at || (left.id > right.id ? -1 : 1));
}
